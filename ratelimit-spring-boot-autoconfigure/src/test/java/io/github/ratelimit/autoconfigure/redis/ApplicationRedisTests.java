package io.github.ratelimit.autoconfigure.redis;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import io.github.ratelimit.store.redis.RedisConnection;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.cluster.ClusterClientOptions;
import org.junit.jupiter.api.Test;

import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.RedisSocketConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ApplicationRedis}.
 */
class ApplicationRedisTests {

	@Test
	void redisIsToldWhereItIs() {
		assertThat(host(new RedisStandaloneConfiguration("redis", 6380))).isEqualTo("redis:6380");
		assertThat(host(new RedisSentinelConfiguration("limits", Set.of("b:26379", "a:26379"))))
			.isEqualTo("primary limits of sentinels a:26379,b:26379");
		assertThat(host(new RedisClusterConfiguration(List.of("b:7001", "a:7000")))).isEqualTo("cluster a:7000,b:7001");
		assertThat(host(new RedisSocketConfiguration("/run/redis.sock"))).isEqualTo("/run/redis.sock");
	}

	private static String host(RedisConfiguration configuration) {
		ClientOptions options = ClusterClientOptions.builder()
			.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
			.build();
		LettuceConnectionFactory factory = new LettuceConnectionFactory(configuration,
				LettuceClientConfiguration.builder().clientOptions(options).build());
		try (RedisConnection connection = new ApplicationRedis(factory).connection(Duration.ofSeconds(1),
				Duration.ofSeconds(1))) {
			return connection.host();
		}
	}

}
