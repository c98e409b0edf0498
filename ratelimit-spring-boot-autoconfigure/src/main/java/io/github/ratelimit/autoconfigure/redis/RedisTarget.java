package io.github.ratelimit.autoconfigure.redis;

import java.util.Collection;
import java.util.stream.Collectors;

import io.github.ratelimit.autoconfigure.InvalidRateLimitConfigurationException;
import io.lettuce.core.RedisURI;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisNode;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * The Redis to use, and why that one.
 *
 * @param configuration where it is
 * @param ssl whether to use TLS
 * @param sslBundle keys and certificates for it, {@code null} for those of the platform
 * @param chosenBy what named it, for people to read
 */
record RedisTarget(RedisConfiguration configuration, boolean ssl, @Nullable SslBundle sslBundle, String chosenBy) {

	/**
	 * Read an address. Since it may hold a password, no part of one that cannot be read
	 * is ever repeated.
	 */
	static RedisTarget ofUrl(String url, String property) {
		try {
			RedisURI uri = RedisURI.create(url.trim());
			if (uri.getSentinels().isEmpty() && (uri.getHost() == null || uri.getHost().isBlank())) {
				throw invalidUrl(property);
			}
			return new RedisTarget(LettuceConnectionFactory.createRedisConfiguration(uri), uri.isSsl(), null, property);
		}
		catch (IllegalArgumentException ex) {
			throw invalidUrl(property);
		}
	}

	private static InvalidRateLimitConfigurationException invalidUrl(String property) {
		return new InvalidRateLimitConfigurationException(property, "(not shown, it may hold a password)",
				"it is not an address of Redis",
				("Set '%s' to redis://[user:password@]host[:port][/database], or rediss:// for TLS; "
						+ "percent-encode signs such as '@', '/' and '#' in user and password.")
					.formatted(property));
	}

	/**
	 * Return where Redis is, without secrets.
	 */
	String host() {
		if (this.configuration instanceof RedisSentinelConfiguration sentinel) {
			return "sentinel master " + ((sentinel.getMaster() != null) ? sentinel.getMaster().getName() : "?") + " of "
					+ nodes(sentinel.getSentinels());
		}
		if (this.configuration instanceof RedisClusterConfiguration cluster) {
			return "cluster " + nodes(cluster.getClusterNodes());
		}
		if (this.configuration instanceof RedisStandaloneConfiguration standalone) {
			return standalone.getHostName() + ":" + standalone.getPort()
					+ ((standalone.getDatabase() != 0) ? "/" + standalone.getDatabase() : "");
		}
		return this.configuration.getClass().getSimpleName();
	}

	private static String nodes(Collection<RedisNode> nodes) {
		return nodes.stream().map(RedisNode::asString).collect(Collectors.joining(","));
	}

}
