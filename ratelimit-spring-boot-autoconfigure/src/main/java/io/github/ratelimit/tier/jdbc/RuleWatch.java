package io.github.ratelimit.tier.jdbc;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Has rules read for as long as they are followed, on threads of its own: at intervals,
 * and soon after a change. Many changes in a row take few reads. Starts and ends once.
 */
final class RuleWatch implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(RuleWatch.class);

	/**
	 * Between one read and the next: much less than anybody waits for a change, and much
	 * more than one of many changes takes.
	 */
	private static final long PAUSE_NANOS = Duration.ofMillis(50).toNanos();

	/**
	 * A copy is for another start, and may be of so long ago.
	 */
	private static final long COPY_MILLIS = 1_000;

	private static final long CLOSE_MILLIS = 500;

	// No time that a read begins at
	private static final long IDLE = 0;

	private final RuleFollowerSettings settings;

	private final Runnable read;

	private final FollowedRules followed;

	// One reads, the other sees that it takes too long
	private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(2, RuleWatch::daemon);

	private final CountDownLatch firstRead = new CountDownLatch(1);

	private final AtomicLong readingSince = new AtomicLong(IDLE);

	// Whether there was a change since the last read has begun
	private final AtomicBoolean told = new AtomicBoolean();

	private volatile long lastReadEnd = System.nanoTime() - PAUSE_NANOS;

	private volatile List<Future<?>> repetitions = List.of();

	private volatile @Nullable Future<?> soon;

	/**
	 * Create a watch, which does nothing yet.
	 * @param settings how rules are followed
	 * @param read reads the rules, and waits for them
	 * @param followed is told when that fails
	 */
	RuleWatch(RuleFollowerSettings settings, Runnable read, FollowedRules followed) {
		this.settings = Objects.requireNonNull(settings, "settings must not be null");
		this.read = Objects.requireNonNull(read, "read must not be null");
		this.followed = Objects.requireNonNull(followed, "followed must not be null");
	}

	private static Thread daemon(Runnable work) {
		Thread thread = new Thread(work, "ratelimit-rules");
		thread.setDaemon(true);
		return thread;
	}

	void start() {
		long interval = this.settings.pollInterval().toNanos();
		this.repetitions = List.of(this.executor.scheduleWithFixedDelay(this::look, 0, interval, TimeUnit.NANOSECONDS),
				this.executor.scheduleWithFixedDelay(this.followed::keepCopy, COPY_MILLIS, COPY_MILLIS,
						TimeUnit.MILLISECONDS));
	}

	/**
	 * Wait for the rules, but no longer than they may take.
	 */
	void awaitFirstRead() {
		try {
			if (!this.firstRead.await(this.settings.timeout().toNanos(), TimeUnit.NANOSECONDS)) {
				overdue();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Read soon, because there are likely changes.
	 */
	void changed() {
		if (this.told.compareAndSet(false, true)) {
			readAfterPause();
		}
	}

	private void readAfterPause() {
		long pause = Math.max(0, PAUSE_NANOS - (System.nanoTime() - this.lastReadEnd));
		try {
			this.soon = this.executor.schedule(this::readIfTold, pause, TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Nothing is followed any more after the end", ex);
		}
	}

	/**
	 * Read, unless somebody does, who sees afterwards that there was another change.
	 */
	private void readIfTold() {
		if (this.told.get() && begin()) {
			read();
		}
	}

	/**
	 * Have the other thread read, unless it still does.
	 */
	private void look() {
		try {
			if (begin()) {
				this.executor.execute(this::read);
				return;
			}
			long since = this.readingSince.get();
			if (since != IDLE && System.nanoTime() - since > this.settings.timeout().toNanos()) {
				overdue();
			}
		}
		catch (RuntimeException ex) {
			// Would end the repetition
			logger.debug("Rules are not looked for", ex);
		}
	}

	private boolean begin() {
		return this.readingSince.compareAndSet(IDLE, System.nanoTime() | 1);
	}

	private void overdue() {
		this.followed.failed(FollowedRules.NO_ANSWER);
	}

	private void read() {
		this.told.set(false);
		try {
			this.read.run();
		}
		catch (RuntimeException | Error ex) {
			if (!this.executor.isShutdown()) {
				logger.debug("Rules cannot be read", ex);
				this.followed.failed(FollowedRules.reason(ex));
			}
		}
		finally {
			this.lastReadEnd = System.nanoTime();
			this.readingSince.set(IDLE);
			this.firstRead.countDown();
			if (this.told.get()) {
				readAfterPause();
			}
		}
	}

	/**
	 * Have nothing read any more. Does not wait for a database that does not answer.
	 */
	@Override
	public void close() {
		this.repetitions.forEach((repetition) -> repetition.cancel(false));
		Future<?> read = this.soon;
		if (read != null) {
			read.cancel(false);
		}
		this.executor.shutdownNow();
		try {
			if (!this.executor.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
				logger.debug("The database is still waited for");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.followed.keepCopy();
	}

}
