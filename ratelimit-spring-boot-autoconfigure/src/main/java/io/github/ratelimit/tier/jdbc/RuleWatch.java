package io.github.ratelimit.tier.jdbc;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Has rules read for as long as they are followed, on threads of its own. Starts and ends
 * once.
 */
final class RuleWatch implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(RuleWatch.class);

	private static final long CLOSE_MILLIS = 500;

	private final RuleFollowerSettings settings;

	private final Runnable read;

	private final FollowedRules followed;

	// One reads, the other sees that it takes too long
	private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(2, RuleWatch::daemon);

	private final CountDownLatch firstRead = new CountDownLatch(1);

	private final AtomicBoolean reading = new AtomicBoolean();

	private final AtomicBoolean again = new AtomicBoolean();

	private volatile long readingSince;

	private final List<Future<?>> repetitions = new CopyOnWriteArrayList<>();

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
		this.repetitions.add(this.executor.scheduleWithFixedDelay(this::look, 0, interval, TimeUnit.NANOSECONDS));
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
	 * Look for changes soon, because there are likely some.
	 */
	void changed() {
		this.again.set(true);
		try {
			this.executor.execute(this::look);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Nothing is followed any more after the end", ex);
		}
	}

	/**
	 * Have the other thread read, unless it still does.
	 */
	private void look() {
		try {
			if (this.reading.compareAndSet(false, true)) {
				this.readingSince = System.nanoTime();
				this.executor.execute(this::readUntilNothingIsNew);
			}
			else if (System.nanoTime() - this.readingSince > this.settings.timeout().toNanos()) {
				overdue();
			}
		}
		catch (RuntimeException ex) {
			// Would end the repetition
			logger.debug("Rules are not looked for", ex);
		}
	}

	private void overdue() {
		this.followed.failed("it has not answered for " + this.settings.timeout().toMillis() + " ms");
	}

	private void readUntilNothingIsNew() {
		try {
			do {
				this.again.set(false);
				this.read.run();
			}
			while (this.again.get());
		}
		catch (RuntimeException ex) {
			if (!this.executor.isShutdown()) {
				logger.debug("Rules cannot be read", ex);
				this.followed.failed(FollowedRules.reason(ex));
			}
		}
		finally {
			this.reading.set(false);
			this.firstRead.countDown();
		}
	}

	/**
	 * Have nothing read any more. Does not wait for a database that does not answer.
	 */
	@Override
	public void close() {
		this.repetitions.forEach((repetition) -> repetition.cancel(false));
		this.executor.shutdownNow();
		try {
			if (!this.executor.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
				logger.debug("The database is still waited for");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
