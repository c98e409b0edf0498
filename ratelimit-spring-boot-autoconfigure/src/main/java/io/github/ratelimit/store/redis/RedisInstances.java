package io.github.ratelimit.store.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The instances of an application, which know of each other by showing themselves in
 * Redis: one call of a script at each beat, in the background. Safe for use by many
 * threads.
 * <p>
 * One that is gone is counted for {@value #BEATS_UNTIL_GONE} beats more, unless it said
 * so by {@link #close()}. While Redis does not answer, the number last seen holds.
 */
public final class RedisInstances implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(RedisInstances.class);

	private static final int BEATS_UNTIL_GONE = 3;

	/**
	 * Errors of a server that cannot do anything at present, which decisions tell of.
	 */
	private static final List<String> PASSING = List.of("LOADING", "READONLY", "OOM", "BUSY", "MASTERDOWN",
			"CLUSTERDOWN", "NOAUTH", "WRONGPASS");

	private final RedisConnection connection;

	private final byte[] key;

	private final byte[] instance = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);

	private final Duration interval;

	private final byte[] goneAfterMillis;

	private final LuaScript script = LuaScript.of(LuaScript.read("heartbeat.lua"));

	private final Object lock = new Object();

	private CompletableFuture<@Nullable Void> lastBeat = CompletableFuture.completedFuture(null);

	private boolean missedBeat;

	private boolean refused;

	private boolean closed;

	private Runnable endOfBeats = () -> {
	};

	private volatile int count = 1;

	/**
	 * Create an instance, which does not show itself yet.
	 * @param connection the connection to use; it stays open when this is closed
	 * @param application name of the application whose instances count
	 * @param interval time between beats, the same in all instances
	 */
	public RedisInstances(RedisConnection connection, String application, Duration interval) {
		this.connection = Objects.requireNonNull(connection, "connection must not be null");
		this.key = new RedisKeys(Objects.requireNonNull(application, "application must not be null")).instances();
		this.interval = Objects.requireNonNull(interval, "interval must not be null");
		this.goneAfterMillis = Long.toString(Math.max(1, interval.multipliedBy(BEATS_UNTIL_GONE).toMillis()))
			.getBytes(StandardCharsets.US_ASCII);
	}

	/**
	 * Begin to show this instance, whenever there is a connection.
	 */
	public void open() {
		this.connection.whenConnected(this::beatAnew);
		this.endOfBeats = this.connection.background().runEvery(this.interval, this::beat);
	}

	/**
	 * Return how many instances there are, as last seen.
	 * @return the number, this one included, at least 1
	 */
	public int count() {
		return this.count;
	}

	/**
	 * A Redis that was restarted meanwhile may have forgotten the others.
	 */
	private void beatAnew() {
		synchronized (this.lock) {
			this.missedBeat = true;
		}
		beat();
	}

	/**
	 * Beats do not pile up while Redis is frozen.
	 */
	private void beat() {
		synchronized (this.lock) {
			if (this.closed) {
				return;
			}
			if (!this.lastBeat.isDone()) {
				this.missedBeat = true;
				return;
			}
			this.lastBeat = this.connection
				.send((redis) -> this.script.run(redis, new byte[][] { this.key }, this.instance, this.goneAfterMillis))
				.thenAccept((reply) -> seen((int) ScriptNumbers.next(ByteBuffer.wrap(reply))))
				.exceptionally((error) -> missed(FailedCommand.of(error)))
				.toCompletableFuture();
		}
	}

	/**
	 * After a missed beat others may have missed theirs too, and not have had the time to
	 * show themselves again: then there are at least as many as before.
	 */
	private void seen(int instances) {
		synchronized (this.lock) {
			this.count = Math.max((this.missedBeat) ? this.count : 1, instances);
			this.missedBeat = false;
			this.refused = false;
		}
	}

	private @Nullable Void missed(FailedCommand failed) {
		boolean first;
		synchronized (this.lock) {
			this.missedBeat = true;
			boolean refusal = failed.isAnswer() && PASSING.stream().noneMatch(failed::isAnswer);
			first = refusal && !this.refused;
			this.refused |= refusal;
		}
		if (first) {
			logger.warn(
					"Redis at %s does not let instances show themselves, so that each may take itself for the only one: %s"
						.formatted(this.connection.host(), failed.cause().getMessage()));
		}
		return null;
	}

	/**
	 * Be counted no more. Not waited for: the connection lets it end when it is closed
	 * itself. A second call does nothing.
	 */
	@Override
	public void close() {
		synchronized (this.lock) {
			if (!this.closed) {
				this.closed = true;
				this.endOfBeats.run();
				this.lastBeat = this.connection.send((redis) -> redis.zrem(this.key, this.instance))
					.<@Nullable Void>handle((left, error) -> null)
					.toCompletableFuture();
			}
		}
	}

}
