package io.github.ratelimit.store.redis;

import java.time.Duration;

import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.cluster.api.async.RedisAdvancedClusterAsyncCommands;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The connection that there is, made in the background: again and again until there is
 * one, where Redis does not answer less and less often, and anew when it serves no more.
 * Safe for use by many threads.
 */
final class KeptConnection {

	private static final Log logger = LogFactory.getLog(KeptConnection.class);

	// More than anybody wraps; causes may be a ring
	private static final int MAX_CAUSES = 50;

	private static final String CONNECTING = "still connecting";

	private static final Duration MIN_RETRY_DELAY = Duration.ofMillis(250);

	private static final Duration MAX_RETRY_DELAY = Duration.ofSeconds(8);

	private final String host;

	private final RedisConnector connector;

	private final BackgroundThread background;

	private final Runnable connected;

	private volatile @Nullable RedisClusterAsyncCommands<byte[], byte[]> commands;

	private volatile String problem = CONNECTING;

	private volatile boolean renewedLately;

	/**
	 * Create a connection that is not there yet.
	 * @param host where Redis is, for people to read
	 * @param connector makes connections
	 * @param background where they are made
	 * @param connected what to do there each time one was made
	 */
	KeptConnection(String host, RedisConnector connector, BackgroundThread background, Runnable connected) {
		this.host = host;
		this.connector = connector;
		this.background = background;
		this.connected = connected;
	}

	/**
	 * Connect, and wait for it for a while.
	 * @return whether the first try ended in time
	 */
	boolean open(Duration atMost) {
		return this.background.run(() -> connect(MIN_RETRY_DELAY), atMost);
	}

	private void connect(Duration retryDelay) {
		try {
			this.commands = this.connector.connect();
		}
		catch (Exception | LinkageError ex) {
			// Also what cannot be loaded, perhaps by code of the application's
			logger.debug("Redis at " + this.host + " does not answer, next try in " + retryDelay, ex);
			this.problem = rootCause(ex).toString();
			Duration longer = retryDelay.multipliedBy(2);
			this.background.runAfter(retryDelay,
					() -> connect((longer.compareTo(MAX_RETRY_DELAY) < 0) ? longer : MAX_RETRY_DELAY));
			return;
		}
		this.connected.run();
	}

	private static Throwable rootCause(Throwable error) {
		Throwable root = error;
		for (int depth = 0; root.getCause() != null && depth < MAX_CAUSES; depth++) {
			root = root.getCause();
		}
		return root;
	}

	/**
	 * Drop the connection and make another one, in the background: for one that leads to
	 * a server which does not serve any more. Commands under way fail and are not sent
	 * again. A connection of a client of the application's is not dropped, since others
	 * may use it, but obtained anew if it is lost. Does nothing while a connection is
	 * being made, or one was renewed some seconds ago.
	 */
	void renew() {
		RedisClusterAsyncCommands<byte[], byte[]> failing = this.commands;
		if (failing != null) {
			this.background.run(() -> replace(failing));
		}
	}

	/**
	 * Does nothing if it was replaced meanwhile, or another one just before: each new
	 * connection has the store tried again, which may ask for the next.
	 */
	private void replace(RedisClusterAsyncCommands<byte[], byte[]> failing) {
		if (this.commands == failing && !this.renewedLately && this.connector.giveUp(failing)) {
			logger.debug("Connection to Redis at " + this.host + " is made anew");
			this.commands = null;
			this.problem = CONNECTING;
			this.renewedLately = true;
			this.background.runAfter(MAX_RETRY_DELAY, () -> this.renewedLately = false);
			connect(MIN_RETRY_DELAY);
		}
	}

	/**
	 * Look for another server where this one turns the limiter away, also while it still
	 * answers what needs no right to write.
	 */
	void mend(FailedCommand failed) {
		RedisClusterAsyncCommands<byte[], byte[]> failing = this.commands;
		if (failed.isTurnedAway() || (failing != null && !failed.isAnswer() && this.connector.isLost(failing))) {
			renew();
		}
	}

	/**
	 * Return what sends commands.
	 * @throws RedisConnectionException if there is no connection
	 */
	RedisClusterAsyncCommands<byte[], byte[]> commands() {
		RedisClusterAsyncCommands<byte[], byte[]> connected = this.commands;
		if (connected == null) {
			throw new RedisConnectionException("no connection to Redis at " + this.host + " yet: " + this.problem);
		}
		return connected;
	}

	boolean isCluster() {
		return this.commands instanceof RedisAdvancedClusterAsyncCommands;
	}

	/**
	 * Close it, and what was made for it.
	 */
	void close() {
		this.connector.close();
		this.commands = null;
	}

}
