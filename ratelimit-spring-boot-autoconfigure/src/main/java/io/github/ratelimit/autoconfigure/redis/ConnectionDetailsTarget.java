package io.github.ratelimit.autoconfigure.redis;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisNode;
import org.springframework.data.redis.connection.RedisPassword;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;

/**
 * The Redis that connection details of the application name, such as those of a
 * Testcontainers service connection. Details that Boot made of properties do not count:
 * they are there also where nobody set any.
 */
final class ConnectionDetailsTarget implements RedisTargetSupplier {

	private static final String OF_PROPERTIES = "PropertiesDataRedisConnectionDetails";

	private final ObjectProvider<DataRedisConnectionDetails> provider;

	ConnectionDetailsTarget(ObjectProvider<DataRedisConnectionDetails> provider) {
		this.provider = provider;
	}

	@Override
	public @Nullable RedisTarget get() {
		DataRedisConnectionDetails details = this.provider.getIfAvailable();
		if (details == null || details.getClass().getSimpleName().equals(OF_PROPERTIES)) {
			return null;
		}
		RedisConfiguration configuration = configuration(details);
		return (configuration != null) ? new RedisTarget(configuration, details.getSslBundle() != null,
				details.getSslBundle(), "connection details") : null;
	}

	private static @Nullable RedisConfiguration configuration(DataRedisConnectionDetails details) {
		DataRedisConnectionDetails.Sentinel sentinel = details.getSentinel();
		if (sentinel != null) {
			return sentinel(details, sentinel);
		}
		DataRedisConnectionDetails.Cluster cluster = details.getCluster();
		if (cluster != null) {
			return cluster(details, cluster.getNodes());
		}
		DataRedisConnectionDetails.Standalone standalone = details.getStandalone();
		return (standalone != null) ? standalone(details, standalone) : null;
	}

	private static RedisConfiguration sentinel(DataRedisConnectionDetails details,
			DataRedisConnectionDetails.Sentinel sentinel) {
		RedisSentinelConfiguration configuration = new RedisSentinelConfiguration();
		configuration.master(sentinel.getMaster());
		sentinel.getNodes().forEach((node) -> configuration.addSentinel(new RedisNode(node.host(), node.port())));
		configuration.setSentinelUsername(sentinel.getUsername());
		configuration.setSentinelPassword(RedisPassword.of(sentinel.getPassword()));
		configuration.setUsername(details.getUsername());
		configuration.setPassword(RedisPassword.of(details.getPassword()));
		configuration.setDatabase(sentinel.getDatabase());
		return configuration;
	}

	private static RedisConfiguration cluster(DataRedisConnectionDetails details,
			List<DataRedisConnectionDetails.Node> nodes) {
		RedisClusterConfiguration configuration = new RedisClusterConfiguration();
		nodes.forEach((node) -> configuration.addClusterNode(new RedisNode(node.host(), node.port())));
		configuration.setUsername(details.getUsername());
		configuration.setPassword(RedisPassword.of(details.getPassword()));
		return configuration;
	}

	private static RedisConfiguration standalone(DataRedisConnectionDetails details,
			DataRedisConnectionDetails.Standalone standalone) {
		RedisStandaloneConfiguration configuration = new RedisStandaloneConfiguration(standalone.getHost(),
				standalone.getPort());
		configuration.setDatabase(standalone.getDatabase());
		configuration.setUsername(details.getUsername());
		configuration.setPassword(RedisPassword.of(details.getPassword()));
		return configuration;
	}

}
