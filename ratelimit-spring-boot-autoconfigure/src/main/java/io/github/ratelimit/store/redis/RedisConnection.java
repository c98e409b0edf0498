package io.github.ratelimit.store.redis;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.ratelimit.StoreStatus;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.resource.ClientResources;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

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

	private static final long SHUTDOWN_MILLIS = 2_000;

	private final LettuceConnectionFactory factory;

	private final String host;

	private final Duration timeout;

	private final Runnable onClose;

	private volatile @Nullable RedisClusterAsyncCommands<byte[], byte[]> commands;

	private volatile @Nullable String serverVersion;

	private volatile String problem = "not tried";

	private volatile boolean closed;

	private RedisConnection(LettuceConnectionFactory factory, String host, Duration timeout, Runnable onClose) {
		this.factory = factory;
		this.host = host;
		this.timeout = timeout;
		this.onClose = onClose;
	}

	/**
	 * Return a connection of its own to the given Redis, not open yet.
	 * @param configuration where Redis is
	 * @param host the same for people to read, without secrets
	 * @param settings how to connect
	 * @return the connection
	 */
	public static RedisConnection to(RedisConfiguration configuration, String host, RedisClientSettings settings) {
		ClientResources resources = LimiterConnectionFactory.resources();
		LettuceConnectionFactory factory = LimiterConnectionFactory.create(configuration, settings, resources);
		return new RedisConnection(factory, host, settings.timeout(), () -> {
			factory.destroy();
			resources.shutdown(0, SHUTDOWN_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly(SHUTDOWN_MILLIS);
		});
	}

	/**
	 * Return a connection from a factory of the application's, not open yet. The factory
	 * stays open when this is closed.
	 * @param factory the factory, started
	 * @param host where its Redis is, for people to read, without secrets
	 * @param timeout how long to wait for an answer to a question about the server
	 * @return the connection
	 */
	public static RedisConnection of(LettuceConnectionFactory factory, String host, Duration timeout) {
		return new RedisConnection(factory, host, timeout, () -> {
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
			if (this.factory.getConnection() instanceof LettuceConnection connection) {
				this.commands = connection.getNativeConnection();
			}
		}
		catch (RuntimeException ex) {
			logger.debug("Redis at " + this.host + " does not answer, next try in " + retryMillis + " ms", ex);
			this.problem = Objects.requireNonNullElse(NestedExceptionUtils.getMostSpecificCause(ex).getMessage(),
					"unknown");
			retry(retryMillis);
		}
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
			if (this.serverVersion == null) {
				this.serverVersion = version(await(commands().info("server")));
			}
			return new StoreStatus("redis", true, this.host, this.serverVersion, null);
		}
		catch (RedisException | TimeoutException | ExecutionException ex) {
			logger.debug("Redis at " + this.host + " does not answer", ex);
			return new StoreStatus("redis", false, this.host, this.serverVersion, null);
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
