package io.github.ratelimit.store.redis;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The one thread on which a connection is made and looked after, so that no request ever
 * waits for it. There is none before the first task, and tasks that come after it was
 * closed are forgotten.
 */
final class BackgroundThread {

	private static final Log logger = LogFactory.getLog(BackgroundThread.class);

	private static final String NAME = "ratelimit-redis";

	private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, BackgroundThread::daemon);

	BackgroundThread() {
		this.executor.setRemoveOnCancelPolicy(true);
		this.executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
	}

	private static Thread daemon(Runnable work) {
		Thread thread = new Thread(work, NAME);
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * Run a task when those before it are done.
	 */
	void run(Runnable task) {
		try {
			this.executor.execute(guarded(task));
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Nothing is done any more after the end", ex);
		}
	}

	/**
	 * Run a task when those before it are done, and wait for it.
	 * @return whether it was done in time
	 */
	boolean run(Runnable task, Duration atMost) {
		CountDownLatch done = new CountDownLatch(1);
		run(() -> {
			task.run();
			done.countDown();
		});
		try {
			return done.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/**
	 * Run a task some time from now.
	 * @return keeps it from being run
	 */
	Runnable runAfter(Duration delay, Runnable task) {
		return cancellation(() -> this.executor.schedule(guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS));
	}

	/**
	 * Run a task now and then again and again.
	 * @return ends the repetition
	 */
	Runnable runEvery(Duration interval, Runnable task) {
		return cancellation(
				() -> this.executor.scheduleWithFixedDelay(guarded(task), 0, interval.toNanos(), TimeUnit.NANOSECONDS));
	}

	private static Runnable cancellation(Supplier<Future<?>> scheduling) {
		try {
			Future<?> scheduled = scheduling.get();
			return () -> scheduled.cancel(false);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Nothing is done any more after the end", ex);
			return () -> {
			};
		}
	}

	/**
	 * A failure would end a repetition without a word.
	 */
	private static Runnable guarded(Runnable task) {
		return () -> {
			try {
				task.run();
			}
			catch (RuntimeException | Error ex) {
				logger.warn("What looks after the connection to Redis has failed", ex);
			}
		};
	}

	/**
	 * Forget what waits, and let what runs end: a connection that is made half would be
	 * nobody's to close. What takes longer than it may is interrupted.
	 */
	void close(Duration atMost) {
		this.executor.shutdown();
		try {
			if (!this.executor.awaitTermination(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
				this.executor.shutdownNow();
			}
		}
		catch (InterruptedException ex) {
			this.executor.shutdownNow();
			Thread.currentThread().interrupt();
		}
	}

}
