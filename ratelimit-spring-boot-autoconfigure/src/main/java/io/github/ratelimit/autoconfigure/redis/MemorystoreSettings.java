package io.github.ratelimit.autoconfigure.redis;

import java.util.Locale;

import io.github.ratelimit.autoconfigure.InvalidRateLimitConfigurationException;
import io.github.ratelimit.store.redis.RedisAddress;
import io.lettuce.core.RedisURI;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;

/**
 * The environment variables {@code MEMORYSTORE_*}, by which cloud deployments name a
 * managed Redis.
 */
final class MemorystoreSettings {

	static final String ENABLED = "MEMORYSTORE_ENABLED";

	static final String HOST = "MEMORYSTORE_HOST";

	static final String PORT = "MEMORYSTORE_PORT";

	static final String PASSWORD = "MEMORYSTORE_PASSWORD";

	private static final int MAX_PORT = 65535;

	private MemorystoreSettings() {
	}

	static @Nullable RedisTarget target(Environment environment) {
		if (!isEnabled(environment.getProperty(ENABLED, "false").trim())) {
			return null;
		}
		String host = environment.getProperty(HOST, "").trim();
		if (host.isEmpty()) {
			throw new InvalidRateLimitConfigurationException(HOST, null, ENABLED + " is true, but no host is named",
					"Set '%s' to the address of the instance, or '%s' to false.".formatted(HOST, ENABLED));
		}
		RedisURI uri = uri(host, port(environment.getProperty(PORT, "").trim()));
		return new RedisTarget(RedisAddress.of(RedisUris.withCredentials(uri, null, environment.getProperty(PASSWORD))),
				null, HOST);
	}

	private static RedisURI uri(String host, int port) {
		try {
			return RedisUris.of(host, port, 0, false);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidRateLimitConfigurationException(HOST, "(not shown, it may hold a password)",
					"it is more than a name or an address",
					"Set '%s' to the host alone, its port as '%s' and its password as '%s'.".formatted(HOST, PORT,
							PASSWORD));
		}
	}

	private static boolean isEnabled(String value) {
		return switch (value.toLowerCase(Locale.ROOT)) {
			case "true", "1", "yes", "on" -> true;
			case "false", "0", "no", "off", "" -> false;
			default -> throw new InvalidRateLimitConfigurationException(ENABLED, value, "it is neither true nor false",
					"Set '%s' to true or false.".formatted(ENABLED));
		};
	}

	private static int port(String value) {
		if (value.isEmpty()) {
			return RedisUris.DEFAULT_PORT;
		}
		try {
			int port = Integer.parseInt(value);
			if (port > 0 && port <= MAX_PORT) {
				return port;
			}
		}
		catch (NumberFormatException ex) {
			// Said below
		}
		throw new InvalidRateLimitConfigurationException(PORT, value, "it is not a port",
				"Set '%s' to a number from 1 to %d, or leave it out for %d.".formatted(PORT, MAX_PORT,
						RedisUris.DEFAULT_PORT));
	}

}
