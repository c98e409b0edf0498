package io.github.ratelimit.autoconfigure.redis;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
	 * Finds a password with a sign in it that ends the part of an address where user,
	 * password and host stand. What stands before that sign would be taken for the host,
	 * and printed.
	 */
	private static final Pattern CUT_CREDENTIALS = Pattern.compile("://[^/?#]*[/?#].*@");

	private static final Pattern HOST = Pattern.compile("[^:@\\[\\]\\s]+|\\[[0-9A-Fa-f:.]+(%\\w+)?]");

	private static final Pattern HOST_AND_PORT = Pattern.compile("(\\w+(?:[.-]\\w+)*):(\\d{1,5})");

	private static final int MAX_PORT = 65535;

	/**
	 * Read an address. Since it may hold a password, no part of one that cannot be read
	 * is ever repeated.
	 */
	static RedisURI uri(String url, String property) {
		try {
			RedisURI uri = RedisURI.create(url.trim());
			separatePort(uri);
			if (!CUT_CREDENTIALS.matcher(url).find() && hasPlace(uri)) {
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

	/**
	 * Names of containers may have an underscore, which that of a host in an address may
	 * not have; the client then takes the port for a part of the name.
	 */
	private static void separatePort(RedisURI uri) {
		Matcher hostAndPort = HOST_AND_PORT.matcher((uri.getHost() != null) ? uri.getHost() : "");
		if (hostAndPort.matches() && Integer.parseInt(hostAndPort.group(2)) <= MAX_PORT) {
			uri.setHost(hostAndPort.group(1));
			uri.setPort(Integer.parseInt(hostAndPort.group(2)));
		}
	}

	private static boolean hasPlace(RedisURI uri) {
		return (uri.getHost() != null) ? HOST.matcher(uri.getHost()).matches()
				: uri.getSocket() != null || !uri.getSentinels().isEmpty();
	}

	static RedisTarget ofUrl(String url, String property, @Nullable SslBundle bundle) {
		RedisURI uri = uri(url, property);
		uri.setSsl(uri.isSsl() || bundle != null);
		return new RedisTarget(RedisAddress.of(uri), bundle, property);
	}

}
