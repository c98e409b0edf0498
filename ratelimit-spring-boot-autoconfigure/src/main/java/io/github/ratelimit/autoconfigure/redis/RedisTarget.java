package io.github.ratelimit.autoconfigure.redis;

import io.github.ratelimit.autoconfigure.InvalidRateLimitConfigurationException;
import io.github.ratelimit.store.redis.RedisAddress;
import io.lettuce.core.RedisURI;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;

/**
 * The Redis to use, and why that one.
 *
 * @param address where it is
 * @param sslBundle keys and certificates for TLS, {@code null} for those of the platform
 * @param chosenBy what named it, for people to read
 */
record RedisTarget(RedisAddress address, @Nullable SslBundle sslBundle, String chosenBy) {

	/**
	 * Read an address. Since it may hold a password, no part of one that cannot be read
	 * is ever repeated.
	 */
	static RedisURI uri(String url, String property) {
		try {
			RedisURI uri = RedisURI.create(url.trim());
			if (uri.getHost() != null || uri.getSocket() != null || !uri.getSentinels().isEmpty()) {
				return uri;
			}
		}
		catch (IllegalArgumentException ex) {
			// Said below, without the address
		}
		throw new InvalidRateLimitConfigurationException(property, "(not shown, it may hold a password)",
				"it is not an address of Redis",
				("Set '%s' to redis://[user:password@]host[:port][/database], or rediss:// for TLS; "
						+ "percent-encode signs such as '@', '/' and '#' in user and password.")
					.formatted(property));
	}

	static RedisTarget ofUrl(String url, String property) {
		return new RedisTarget(RedisAddress.of(uri(url, property)), null, property);
	}

}
