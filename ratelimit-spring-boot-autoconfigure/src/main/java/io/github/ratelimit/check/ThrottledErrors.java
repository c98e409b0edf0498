package io.github.ratelimit.check;

import java.time.Duration;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Tells of errors of one kind, such as those of one expression: of the first, and then at
 * most once a minute, with how many there were in between. Safe for use by many threads.
 */
public final class ThrottledErrors {

	private static final long INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();

	private final BiConsumer<String, @Nullable Throwable> log;

	private final LongSupplier nanoTime;

	private long untold;

	private boolean told;

	private long toldAt;

	/**
	 * Create what tells of one kind of errors.
	 * @param log given what to tell: a message, and the cause if there is one
	 */
	public ThrottledErrors(BiConsumer<String, @Nullable Throwable> log) {
		this(log, System::nanoTime);
	}

	ThrottledErrors(BiConsumer<String, @Nullable Throwable> log, LongSupplier nanoTime) {
		this.log = Objects.requireNonNull(log, "log must not be null");
		this.nanoTime = Objects.requireNonNull(nanoTime, "nanoTime must not be null");
	}

	/**
	 * Tell of an error, if it is time.
	 * @param message what happened
	 * @param cause why, {@code null} if the message says all
	 */
	public void report(String message, @Nullable Throwable cause) {
		long others = take(this.nanoTime.getAsLong());
		if (others >= 0) {
			this.log.accept(message + ((others > 0) ? "; and " + others + " more since the last such line" : ""),
					cause);
		}
	}

	/**
	 * Count one error.
	 * @return how many were not told of before it, -1 if it is not told of either
	 */
	private synchronized long take(long now) {
		if (this.told && now - this.toldAt < INTERVAL_NANOS) {
			this.untold++;
			return -1;
		}
		long others = this.untold;
		this.untold = 0;
		this.told = true;
		this.toldAt = now;
		return others;
	}

}
