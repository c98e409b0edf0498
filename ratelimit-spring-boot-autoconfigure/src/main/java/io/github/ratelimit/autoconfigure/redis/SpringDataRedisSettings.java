package io.github.ratelimit.autoconfigure.redis;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisNode;
import org.springframework.data.redis.connection.RedisPassword;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;

/**
 * Those of {@code spring.data.redis.*} that say where Redis is. Read here because Boot's
 * own module for them, which also makes Redis the application's cache and part of its
 * health, need not be there.
 */
record SpringDataRedisSettings(@Nullable String url, @Nullable String host, @Nullable Integer port,
		@Nullable String username, @Nullable String password, @DefaultValue("0") int database, @DefaultValue Ssl ssl,
		@Nullable Sentinel sentinel, @Nullable Cluster cluster) {

	static final String PREFIX = "spring.data.redis";

	private static final int DEFAULT_PORT = 6379;

	/**
	 * Return whether a place is set, rather than only how to get there.
	 */
	boolean namesServer() {
		return hasText(this.url) || hasText(this.host) || this.port != null || this.sentinel != null
				|| this.cluster != null;
	}

	RedisTarget target(@Nullable SslBundles bundles) {
		if (hasText(this.url) && this.url != null) {
			RedisTarget target = RedisTarget.ofUrl(this.url, PREFIX + ".url");
			return new RedisTarget(target.configuration(), target.ssl() || this.ssl.isOn(), this.ssl.bundle(bundles),
					target.chosenBy());
		}
		return new RedisTarget(configuration(), this.ssl.isOn(), this.ssl.bundle(bundles), PREFIX + ".*");
	}

	private RedisConfiguration configuration() {
		if (this.sentinel != null) {
			return this.sentinel.configuration(this);
		}
		if (this.cluster != null) {
			return this.cluster.configuration(this);
		}
		RedisStandaloneConfiguration standalone = new RedisStandaloneConfiguration(
				(this.host != null) ? this.host : "localhost", (this.port != null) ? this.port : DEFAULT_PORT);
		standalone.setDatabase(this.database);
		standalone.setUsername(this.username);
		standalone.setPassword(RedisPassword.of(this.password));
		return standalone;
	}

	private static boolean hasText(@Nullable String text) {
		return text != null && !text.isBlank();
	}

	/**
	 * Those of {@code spring.data.redis.ssl.*}.
	 */
	record Ssl(@Nullable Boolean enabled, @Nullable String bundle) {

		boolean isOn() {
			return (this.enabled != null) ? this.enabled : this.bundle != null;
		}

		org.springframework.boot.ssl.@Nullable SslBundle bundle(@Nullable SslBundles bundles) {
			return (isOn() && this.bundle != null && bundles != null) ? bundles.getBundle(this.bundle) : null;
		}

	}

	/**
	 * Those of {@code spring.data.redis.sentinel.*}.
	 */
	record Sentinel(String master, List<String> nodes, @Nullable String username, @Nullable String password) {

		RedisConfiguration configuration(SpringDataRedisSettings settings) {
			RedisSentinelConfiguration configuration = new RedisSentinelConfiguration();
			configuration.master(this.master);
			this.nodes.forEach((node) -> configuration.addSentinel(RedisNode.fromString(node)));
			configuration.setSentinelUsername(this.username);
			configuration.setSentinelPassword(RedisPassword.of(this.password));
			configuration.setUsername(settings.username());
			configuration.setPassword(RedisPassword.of(settings.password()));
			configuration.setDatabase(settings.database());
			return configuration;
		}

	}

	/**
	 * Those of {@code spring.data.redis.cluster.*}.
	 */
	record Cluster(List<String> nodes) {

		RedisConfiguration configuration(SpringDataRedisSettings settings) {
			RedisClusterConfiguration configuration = new RedisClusterConfiguration(this.nodes);
			configuration.setUsername(settings.username());
			configuration.setPassword(RedisPassword.of(settings.password()));
			return configuration;
		}

	}

}
