package io.github.ratelimit.autoconfigure.redis;

import java.time.Duration;
import java.util.Collection;
import java.util.stream.Collectors;

import io.github.ratelimit.autoconfigure.InvalidRateLimitConfigurationException;
import io.github.ratelimit.store.redis.RedisConnection;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;

import org.springframework.data.redis.connection.NamedNode;
import org.springframework.data.redis.connection.RedisNode;
import org.springframework.data.redis.connection.lettuce.LettuceConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * A connection factory that the application brings for the limiter, which uses it before
 * all else. With {@code @Bean(defaultCandidate = false)} it stays out of the way of the
 * application's own.
 *
 * @param connectionFactory the factory
 */
record ApplicationRedis(LettuceConnectionFactory connectionFactory) {

	/**
	 * Name of the bean.
	 */
	static final String BEAN = "rateLimitRedisConnectionFactory";

	/**
	 * Check that the factory shares its connection, and that the client neither keeps
	 * commands for later nor sends them again, either of which would charge what was
	 * decided elsewhere.
	 */
	ApplicationRedis {
		boolean rejects = connectionFactory.getClientConfiguration()
			.getClientOptions()
			.map((options) -> options.getDisconnectedBehavior() == DisconnectedBehavior.REJECT_COMMANDS)
			.orElse(false);
		if (!rejects) {
			throw new InvalidRateLimitConfigurationException("bean " + BEAN, null,
					"its client keeps commands while it is disconnected and sends them later, "
							+ "when their requests were decided without them",
					"Give it a LettuceClientConfiguration with clientOptions(ClientOptions.builder()"
							+ ".disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS).build()).");
		}
		if (!connectionFactory.getShareNativeConnection()) {
			throw new InvalidRateLimitConfigurationException("bean " + BEAN, null,
					"it makes a connection for each that is asked for, which nobody would close",
					"Leave its 'shareNativeConnection' at true.");
		}
	}

	RedisConnection connection(Duration connectTimeout, Duration timeout) {
		return RedisConnection.of(host(), connectTimeout, timeout,
				() -> ((LettuceConnection) this.connectionFactory.getConnection()).getNativeConnection());
	}

	/**
	 * Return where its Redis is, for people to read.
	 */
	private String host() {
		LettuceConnectionFactory factory = this.connectionFactory;
		if (factory.getSentinelConfiguration() != null) {
			NamedNode master = factory.getSentinelConfiguration().getMaster();
			return "primary " + ((master != null) ? master.getName() : "") + " of sentinels "
					+ nodes(factory.getSentinelConfiguration().getSentinels());
		}
		if (factory.getClusterConfiguration() != null) {
			return "cluster " + nodes(factory.getClusterConfiguration().getClusterNodes());
		}
		if (factory.getSocketConfiguration() != null) {
			return factory.getSocketConfiguration().getSocket();
		}
		return factory.getHostName() + ":" + factory.getPort();
	}

	private static String nodes(Collection<RedisNode> nodes) {
		return nodes.stream().map(RedisNode::asString).sorted().collect(Collectors.joining(","));
	}

}
