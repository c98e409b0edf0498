package io.github.ratelimit.store.redis;

import java.util.concurrent.CompletableFuture;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Connects with a client that is the limiter's alone.
 */
final class OwnConnector implements RedisConnector {

	private static final Log logger = LogFactory.getLog(OwnConnector.class);

	private final LimiterClient client;

	/**
	 * Create the connector.
	 * @param restored called each time the client has restored a lost connection, on a
	 * thread of the client's
	 */
	OwnConnector(LimiterClient client, Runnable restored) {
		this.client = client;
		client.addListener(new RestoredConnections(restored));
	}

	@Override
	public RedisClusterAsyncCommands<byte[], byte[]> connect() {
		return this.client.connect();
	}

	/**
	 * The client restores what it loses.
	 */
	@Override
	public boolean isLost(RedisClusterAsyncCommands<byte[], byte[]> commands) {
		return false;
	}

	/**
	 * Not waited for: to close a connection over which nothing is answered may take long.
	 */
	@Override
	public boolean giveUp(RedisClusterAsyncCommands<byte[], byte[]> commands) {
		StatefulConnections.of(commands).ifPresent(OwnConnector::close);
		return true;
	}

	private static void close(StatefulConnection<byte[], byte[]> connection) {
		CompletableFuture<Void> closed = connection.closeAsync();
		logger.debug("Connection that served no more is " + ((closed.isDone()) ? "closed" : "being closed"));
	}

	@Override
	public StatefulRedisPubSubConnection<byte[], byte[]> connectPubSub() {
		return this.client.connectPubSub();
	}

	@Override
	public void close() {
		this.client.close();
	}

}
