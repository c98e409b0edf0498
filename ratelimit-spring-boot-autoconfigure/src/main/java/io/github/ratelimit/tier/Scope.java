package io.github.ratelimit.tier;

/**
 * What one count is for.
 */
public enum Scope {

	/**
	 * One count for all that the tier limits.
	 */
	TIER,

	/**
	 * One count for each method or route that the tier limits.
	 */
	ENDPOINT

}
