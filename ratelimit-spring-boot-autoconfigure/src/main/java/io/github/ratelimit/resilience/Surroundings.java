package io.github.ratelimit.resilience;

import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Time, and threads, of a {@link FailureModeRateLimitStore}.
 *
 * @param clock the time of day
 * @param nanoTime the time that durations are measured by
 * @param executor where errors are told; ended with the store
 * @param scheduler where the shared store is tried again
 */
record Surroundings(Clock clock, LongSupplier nanoTime, ExecutorService executor, ScheduledExecutorService scheduler) {

	private static final int MAX_UNTOLD_ERRORS = 10_000;

	private static final long IDLE_SECONDS = 10;

	/**
	 * Errors that come faster than they are told are dropped: a listener that is slow
	 * must not fill the memory.
	 */
	static Surroundings system() {
		ThreadPoolExecutor executor = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(MAX_UNTOLD_ERRORS), Surroundings::daemon,
				new ThreadPoolExecutor.DiscardPolicy());
		executor.allowCoreThreadTimeOut(true);
		return new Surroundings(Clock.systemUTC(), System::nanoTime, executor, RecoveryProbe.thread());
	}

	private static Thread daemon(Runnable task) {
		Thread thread = new Thread(task, "ratelimit-errors");
		thread.setDaemon(true);
		return thread;
	}

}
