package io.github.ratelimit.web.http;

/**
 * Which header fields tell callers where they stand.
 */
public enum HeaderStyle {

	/**
	 * {@code RateLimit-Limit}, {@code RateLimit-Remaining} and {@code RateLimit-Reset},
	 * the last in seconds from now.
	 */
	RATELIMIT,

	/**
	 * {@code X-RateLimit-Limit}, {@code X-RateLimit-Remaining} and
	 * {@code X-RateLimit-Reset}, the last in seconds since the epoch.
	 */
	X_RATELIMIT,

	/**
	 * {@code RateLimit-Policy} and {@code RateLimit} as the IETF's draft
	 * draft-ietf-httpapi-ratelimit-headers has them since its eighth version.
	 */
	DRAFT,

	/**
	 * None.
	 */
	NONE

}
