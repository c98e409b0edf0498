package io.github.ratelimit.store.redis;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

/**
 * Makes connections to one Redis. Used by one thread at a time, but closed by any.
 */
interface RedisConnector extends AutoCloseable {

	/**
	 * Connect, and wait for it.
	 * @throws RuntimeException if there is no connection
	 */
	RedisClusterAsyncCommands<byte[], byte[]> connect();

	/**
	 * Return whether nobody restores a connection any more.
	 */
	boolean isLost(RedisClusterAsyncCommands<byte[], byte[]> commands);

	/**
	 * Give up a connection that does not serve, so that its commands under way fail.
	 * @return whether another one is to be made in its place
	 */
	boolean giveUp(RedisClusterAsyncCommands<byte[], byte[]> commands);

	/**
	 * Close what was made for connections, in bounded time. A second call does nothing.
	 */
	@Override
	void close();

}
