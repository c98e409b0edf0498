package io.github.ratelimit.autoconfigure.redis;

import java.time.Duration;

import io.github.ratelimit.store.redis.RedisConnection;

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

	RedisConnection connection(Duration timeout) {
		String host = this.connectionFactory.getHostName() + ":" + this.connectionFactory.getPort();
		return RedisConnection.of(host, timeout,
				() -> ((LettuceConnection) this.connectionFactory.getConnection()).getNativeConnection());
	}

}
