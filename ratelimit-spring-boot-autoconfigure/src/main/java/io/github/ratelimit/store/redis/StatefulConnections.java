package io.github.ratelimit.store.redis;

import java.util.Optional;

import io.lettuce.core.AbstractRedisAsyncCommands;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

/**
 * The connections behind commands.
 */
final class StatefulConnections {

	private StatefulConnections() {
	}

	/**
	 * Return the connection that commands are sent on, if they tell.
	 */
	static Optional<StatefulConnection<byte[], byte[]>> of(RedisClusterAsyncCommands<byte[], byte[]> commands) {
		return (commands instanceof AbstractRedisAsyncCommands<byte[], byte[]> known)
				? Optional.of(known.getConnection()) : Optional.empty();
	}

}
