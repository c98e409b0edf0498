package io.github.ratelimit.store.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.ratelimit.StoreStatus;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The limiter's connection to Redis. Safe for use by many threads.
 * <p>
 * It is made in the background, where Redis does not answer less and less often. Once
 * made, the client itself restores it whenever it is lost; one that is there and serves
 * no more is replaced by {@link #renew()}. Commands fail at once while there is none, and
 * are never sent twice.
 */
public final class RedisConnection implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(RedisConnection.class);

	/**
	 * Enough for a connection that is being made: one that is made half would miss that
	 * its client is closed.
	 */
	private static final Duration END_GRACE = Duration.ofMillis(200);

	private final String host;

	private final Duration connectTimeout;

	private final Duration timeout;

	private final RedisConnector connector;

	private final KeptConnection kept;

	private final BackgroundThread background = new BackgroundThread();

	private final CommandsUnderWay underWay = new CommandsUnderWay();

	private final RedisChannels channels = new RedisChannels(this);

	private final ServerCheck serverCheck = new ServerCheck(this);

	private final List<Runnable> connectedListeners = new CopyOnWriteArrayList<>();

	private final AtomicBoolean closed = new AtomicBoolean();

	private RedisConnection(String host, Duration connectTimeout, Duration timeout,
			Function<Runnable, RedisConnector> connector) {
		this.host = host;
		this.connectTimeout = connectTimeout;
		this.timeout = timeout;
		this.connector = connector.apply(() -> this.background.run(this::connected));
		this.kept = new KeptConnection(host, this.connector, this.background, this::connected);
	}

	/**
	 * Return a connection of its own to the given Redis, not open yet.
	 * @param address where Redis is
	 * @param settings how to connect
	 * @return the connection
	 */
	public static RedisConnection to(RedisAddress address, RedisClientSettings settings) {
		return to(address, settings, DefaultClientResources.builder());
	}

	static RedisConnection to(RedisAddress address, RedisClientSettings settings, ClientResources.Builder resources) {
		LimiterClient client = new LimiterClient(address, settings, resources);
		return new RedisConnection(address.toString(), settings.connectTimeout(), settings.timeout(),
				(restored) -> new OwnConnector(client, restored));
	}

	/**
	 * Return a connection of a client of the application's, not open yet. The client and
	 * its connections stay open when this is closed.
	 * @param host where its Redis is, for people to read, without secrets
	 * @param connectTimeout how long {@link #open()} waits for a connection
	 * @param timeout how long to wait for an answer
	 * @param connect makes the connection and waits for it, or throws
	 * @return the connection
	 */
	public static RedisConnection of(String host, Duration connectTimeout, Duration timeout,
			Supplier<RedisClusterAsyncCommands<byte[], byte[]>> connect) {
		return new RedisConnection(host, connectTimeout, timeout,
				(restored) -> new ApplicationConnector(connect, restored));
	}

	/**
	 * Connect, and wait for it no longer than a connection may take. If it is not there
	 * by then, go on trying in the background.
	 */
	public void open() {
		if (!this.kept.open(this.connectTimeout)) {
			logger.debug("Redis at " + this.host + " is waited for in the background");
		}
	}

	private void connected() {
		for (Runnable listener : this.connectedListeners) {
			try {
				listener.run();
			}
			catch (RuntimeException ex) {
				logger.warn("A listener of the connection to Redis at " + this.host + " has failed", ex);
			}
		}
		this.serverCheck.run();
	}

	/**
	 * Do something each time a connection was made or restored, from the next time on.
	 * @param listener what to do, on the thread of the connection's, which must not be
	 * blocked
	 */
	public void whenConnected(Runnable listener) {
		this.connectedListeners.add(listener);
	}

	/**
	 * Drop the connection, which serves no more, and make another one in the background.
	 */
	void renew() {
		this.kept.renew();
	}

	/**
	 * Send a command, unless there is no connection or too many wait for an answer.
	 * @param command sends it
	 * @return the answer; completed exceptionally if the command was not sent
	 */
	<T> CompletionStage<T> send(
			Function<RedisClusterAsyncCommands<byte[], byte[]>, ? extends CompletionStage<T>> command) {
		try {
			begin();
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		CompletionStage<T> answer;
		try {
			answer = command.apply(commands());
		}
		catch (RuntimeException ex) {
			answer = CompletableFuture.failedFuture(ex);
		}
		return answer.whenComplete((reply, error) -> end(error));
	}

	/**
	 * Note a command that is about to be sent, now or soon.
	 * @throws RedisException if there is no connection, or too many wait for an answer
	 */
	void begin() {
		commands();
		this.underWay.begin();
	}

	/**
	 * Return what sends commands.
	 * @throws RedisConnectionException if there is no connection
	 */
	RedisClusterAsyncCommands<byte[], byte[]> commands() {
		return this.kept.commands();
	}

	/**
	 * Return whether keys of different slots may lie on different servers.
	 */
	boolean isCluster() {
		return this.kept.isCluster();
	}

	/**
	 * Note that a command has been answered, or never will be.
	 * @param error why it has failed
	 */
	void end(@Nullable Throwable error) {
		this.underWay.end();
		if (error != null) {
			this.kept.mend(FailedCommand.of(error));
		}
	}

	/**
	 * Return how long to wait for an answer.
	 */
	Duration timeout() {
		return this.timeout;
	}

	/**
	 * Wait for an answer as long as one may take.
	 */
	<T> T await(CompletionStage<T> answer) throws TimeoutException, ExecutionException {
		try {
			return answer.toCompletableFuture().get(this.timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new TimeoutException("interrupted");
		}
	}

	/**
	 * Connect once more, to hear what others publish, and wait for it.
	 * @return the connection, {@code null} if none can be made
	 * @throws RuntimeException if Redis does not answer
	 */
	@Nullable StatefulRedisPubSubConnection<byte[], byte[]> connectPubSub() {
		return this.connector.connectPubSub();
	}

	/**
	 * Return the channels on which what others publish is heard.
	 */
	RedisChannels channels() {
		return this.channels;
	}

	BackgroundThread background() {
		return this.background;
	}

	/**
	 * Return where the server is.
	 * @return host and port, for people to read, without secrets
	 */
	public String host() {
		return this.host;
	}

	StoreStatus status() {
		return this.serverCheck.status();
	}

	/**
	 * Refuse further commands, let those under way end for as long as an answer may take,
	 * then close the connection and what was made for it. A second call does nothing.
	 */
	@Override
	public void close() {
		if (this.closed.compareAndSet(false, true)) {
			this.underWay.close(this.timeout);
			this.background.close(END_GRACE);
			this.kept.close();
		}
	}

}
