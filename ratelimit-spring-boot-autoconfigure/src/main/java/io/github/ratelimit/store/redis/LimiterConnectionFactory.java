package io.github.ratelimit.store.redis;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;

import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration.LettuceClientConfigurationBuilder;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Makes the connection factory the limiter uses where the application brings none: a
 * command is rejected while there is no connection, and is never sent a second time,
 * which could charge twice.
 */
final class LimiterConnectionFactory {

	private static final Duration MIN_RECONNECT_DELAY = Duration.ofMillis(50);

	private static final Duration MAX_RECONNECT_DELAY = Duration.ofSeconds(5);

	private static final int IO_THREADS = 2;

	private LimiterConnectionFactory() {
	}

	static ClientResources resources() {
		return DefaultClientResources.builder()
			.ioThreadPoolSize(IO_THREADS)
			.computationThreadPoolSize(IO_THREADS)
			.reconnectDelay(Delay.fullJitter(MIN_RECONNECT_DELAY, MAX_RECONNECT_DELAY, 2, TimeUnit.MILLISECONDS))
			.build();
	}

	static LettuceConnectionFactory create(RedisConfiguration configuration, RedisClientSettings settings,
			ClientResources resources) {
		LettuceClientConfigurationBuilder client = LettuceClientConfiguration.builder();
		if (settings.ssl()) {
			client.useSsl();
		}
		if (settings.credentials() != null) {
			client.redisCredentialsProviderFactory(settings.credentials());
		}
		client.clientName("ratelimit")
			.commandTimeout(settings.timeout())
			.shutdownQuietPeriod(Duration.ZERO)
			.clientResources(resources)
			.clientOptions(clientOptions(configuration, settings));
		LettuceConnectionFactory factory = new LettuceConnectionFactory(configuration, client.build());
		factory.afterPropertiesSet();
		return factory;
	}

	private static ClientOptions clientOptions(RedisConfiguration configuration, RedisClientSettings settings) {
		ClientOptions.Builder options = (configuration instanceof RedisClusterConfiguration)
				? ClusterClientOptions.builder() : ClientOptions.builder();
		options.autoReconnect(true)
			.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
			.replayFilter((command) -> true)
			.socketOptions(SocketOptions.builder().connectTimeout(settings.connectTimeout()).build());
		if (settings.sslOptions() != null) {
			options.sslOptions(settings.sslOptions());
		}
		return options.build();
	}

}
