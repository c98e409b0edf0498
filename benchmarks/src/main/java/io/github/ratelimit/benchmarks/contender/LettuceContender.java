package io.github.ratelimit.benchmarks.contender;

import java.time.Duration;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.RedisCodec;

/**
 * A contender that asks Redis over one connection of Lettuce, which its makers recommend
 * to share between threads.
 *
 * @param <K> type of keys
 * @param <V> type of values
 */
abstract class LettuceContender<K, V> implements Contender {

	private final RedisClient client;

	private final StatefulRedisConnection<K, V> connection;

	LettuceContender(Setup setup, RedisCodec<K, V> codec) {
		this.client = RedisClient.create(setup.redisUri());
		this.connection = this.client.connect(codec);
	}

	StatefulRedisConnection<K, V> connection() {
		return this.connection;
	}

	@Override
	public void close() {
		this.client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
	}

}
