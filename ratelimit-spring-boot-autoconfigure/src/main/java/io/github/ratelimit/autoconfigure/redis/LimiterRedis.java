package io.github.ratelimit.autoconfigure.redis;

import io.github.ratelimit.store.redis.RedisConnection;
import org.jspecify.annotations.Nullable;

/**
 * The limiter's connection to Redis, if one is named: a bean of a type that nobody else
 * asks for.
 *
 * @param connection the connection, {@code null} if no Redis is named
 * @param chosenBy what named it, for people to read
 */
record LimiterRedis(@Nullable RedisConnection connection, String chosenBy) implements AutoCloseable {

	@Override
	public void close() {
		if (this.connection != null) {
			this.connection.close();
		}
	}

}
