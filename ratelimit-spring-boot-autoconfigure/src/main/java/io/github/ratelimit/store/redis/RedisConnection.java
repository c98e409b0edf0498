package io.github.ratelimit.store.redis;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import io.github.ratelimit.StoreStatus;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The limiter's connection to Redis. Safe for use by many threads.
 * <p>
 * {@link #open()} tries to connect once and, where Redis does not answer, goes on trying
 * in the background, less and less often. Once made, the client itself restores the
 * connection whenever it is lost.
 */
public final class RedisConnection implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(RedisConnection.class);

	private static final long MIN_RETRY_MILLIS = 250;

	private static final long MAX_RETRY_MILLIS = 8_000;

	private final Supplier<RedisClusterAsyncCommands<byte[], byte[]>> connect;

	private final String host;

	private final Duration timeout;

	private final Runnable onClose;

	private volatile @Nullable RedisClusterAsyncCommands<byte[], byte[]> commands;

	private volatile @Nullable String serverVersion;

	private volatile String problem = "not tried";

	private volatile boolean closed;

	private RedisConnection(String host, Duration timeout, Supplier<RedisClusterAsyncCommands<byte[], byte[]>> connect,
			Runnable onClose) {
		this.host = host;
		this.timeout = timeout;
		this.connect = connect;
		this.onClose = onClose;
	}

	/**
	 * Return a connection of its own to the given Redis, not open yet.
	 * @param address where Redis is
	 * @param settings how to connect
	 * @return the connection
	 */
	public static RedisConnection to(RedisAddress address, RedisClientSettings settings) {
		LimiterClient client = new LimiterClient(address, settings);
		return new RedisConnection(address.toString(), settings.timeout(), client::connect, client::close);
	}

	/**
	 * Return a connection of a client of the application's, not open yet. The client
	 * stays open when this is closed.
	 * @param host where its Redis is, for people to read, without secrets
	 * @param timeout how long to wait for an answer to a question about the server
	 * @param connect makes the connection and waits for it, or throws
	 * @return the connection
	 */
	public static RedisConnection of(String host, Duration timeout,
			Supplier<RedisClusterAsyncCommands<byte[], byte[]>> connect) {
		return new RedisConnection(host, timeout, connect, () -> {
		});
	}

	/**
	 * Connect, or begin to try in the background if that fails.
	 */
	public void open() {
		connect(MIN_RETRY_MILLIS);
	}

	private void connect(long retryMillis) {
		if (this.closed) {
			return;
		}
		try {
			this.commands = this.connect.get();
		}
		catch (RuntimeException ex) {
			logger.debug("Redis at " + this.host + " does not answer, next try in " + retryMillis + " ms", ex);
			this.problem = rootCause(ex).toString();
			retry(retryMillis);
		}
	}

	private static Throwable rootCause(Throwable error) {
		Throwable cause = error;
		while (cause.getCause() != null) {
			cause = cause.getCause();
		}
		return cause;
	}

	private void retry(long afterMillis) {
		long next = Math.min(afterMillis * 2, MAX_RETRY_MILLIS);
		CompletableFuture.delayedExecutor(afterMillis, TimeUnit.MILLISECONDS, RedisConnection::runInBackground)
			.execute(() -> connect(next));
	}

	private static void runInBackground(Runnable task) {
		Thread thread = new Thread(task, "ratelimit-redis-connect");
		thread.setDaemon(true);
		thread.start();
	}

	/**
	 * Return the commands of the connection.
	 * @return the commands
	 * @throws RedisConnectionException if there was no connection yet
	 */
	RedisClusterAsyncCommands<byte[], byte[]> commands() {
		RedisClusterAsyncCommands<byte[], byte[]> connected = this.commands;
		if (connected == null) {
			throw new RedisConnectionException("no connection to Redis at " + this.host + " yet: " + this.problem);
		}
		return connected;
	}

	/**
	 * Return where the server is.
	 * @return host and port, for people to read, without secrets
	 */
	public String host() {
		return this.host;
	}

	StoreStatus status() {
		try {
			await(commands().ping());
			findServerVersion();
			return new StoreStatus("redis", true, this.host, this.serverVersion);
		}
		catch (RedisException | TimeoutException | ExecutionException ex) {
			logger.debug("Redis at " + this.host + " does not answer", ex);
			return new StoreStatus("redis", false, this.host, this.serverVersion);
		}
	}

	/**
	 * Ask for the version, which a user of few rights may not: it decides nothing.
	 */
	private void findServerVersion() throws TimeoutException {
		if (this.serverVersion != null) {
			return;
		}
		try {
			this.serverVersion = version(await(commands().info("server")));
		}
		catch (RedisException | ExecutionException ex) {
			logger.debug("Redis at " + this.host + " does not tell its version", ex);
		}
	}

	private <T> T await(RedisFuture<T> answer) throws TimeoutException, ExecutionException {
		try {
			return answer.get(this.timeout.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new TimeoutException("interrupted");
		}
	}

	private static @Nullable String version(String info) {
		return info.lines()
			.filter((line) -> line.startsWith("redis_version:"))
			.map((line) -> line.substring(line.indexOf(':') + 1).trim())
			.findFirst()
			.orElse(null);
	}

	/**
	 * Close the connection and what was made for it.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.commands = null;
		this.onClose.run();
	}

}
