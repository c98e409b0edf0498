package io.github.ratelimit.store.redis;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.jspecify.annotations.Nullable;

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
	 * Connect once more, to hear what others publish, and wait for it. The client
	 * restores the connection whenever it is lost, and what was subscribed to with it.
	 * @return the connection, to be closed by the caller; {@code null} if none can be
	 * made beside that of the application's
	 * @throws RuntimeException if there is no connection
	 */
	@Nullable StatefulRedisPubSubConnection<byte[], byte[]> connectPubSub();

	/**
	 * Close what was made for connections, in bounded time. A second call does nothing.
	 */
	@Override
	void close();

}
