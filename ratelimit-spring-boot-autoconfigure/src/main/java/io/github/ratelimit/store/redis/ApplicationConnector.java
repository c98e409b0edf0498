package io.github.ratelimit.store.redis;

import java.util.function.Supplier;

import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.jspecify.annotations.Nullable;

/**
 * Connects with a client of the application's, whose connections the limiter uses and
 * never closes. Of a connection to a cluster, which consists of several, not each one
 * that is restored is heard of.
 */
final class ApplicationConnector implements RedisConnector {

	private final Supplier<RedisClusterAsyncCommands<byte[], byte[]>> connect;

	private final RedisConnectionStateListener listener;

	private volatile @Nullable RedisClusterAsyncCommands<byte[], byte[]> connected;

	/**
	 * Create the connector.
	 * @param connect makes the connection, or returns the one there is
	 * @param restored called each time a lost connection was restored, on a thread of the
	 * client's
	 */
	ApplicationConnector(Supplier<RedisClusterAsyncCommands<byte[], byte[]>> connect, Runnable restored) {
		this.connect = connect;
		this.listener = new RestoredConnections(restored);
	}

	@Override
	public RedisClusterAsyncCommands<byte[], byte[]> connect() {
		RedisClusterAsyncCommands<byte[], byte[]> commands = this.connect.get();
		StatefulConnections.of(commands).ifPresent((connection) -> connection.addListener(this.listener));
		this.connected = commands;
		if (isLost(commands)) {
			throw new RedisConnectionException("The connection of the application's is lost");
		}
		return commands;
	}

	/**
	 * The client may be about to restore it; then it is obtained again.
	 */
	@Override
	public boolean isLost(RedisClusterAsyncCommands<byte[], byte[]> commands) {
		return StatefulConnections.of(commands).filter((connection) -> !connection.isOpen()).isPresent();
	}

	/**
	 * Others may use the connection, so it is replaced only where it is lost.
	 */
	@Override
	public boolean giveUp(RedisClusterAsyncCommands<byte[], byte[]> commands) {
		return isLost(commands);
	}

	@Override
	public @Nullable StatefulRedisPubSubConnection<byte[], byte[]> connectPubSub() {
		return null;
	}

	@Override
	public void close() {
		RedisClusterAsyncCommands<byte[], byte[]> last = this.connected;
		if (last != null) {
			StatefulConnections.of(last).ifPresent((connection) -> connection.removeListener(this.listener));
		}
	}

}
