package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Tries something again and again, after a wait that differs a little each time, on a
 * thread of its own that is there from the first wait on. Safe for use by many threads.
 */
final class RecoveryProbe implements AutoCloseable {

	private static final double SHORTEST = 0.8;

	private static final double LONGEST = 1.2;

	private final Duration wait;

	private final Callable<?> attempt;

	private final ScheduledExecutorService scheduler;

	private final LongSupplier nanoTime;

	private final DoubleSupplier random;

	private @Nullable Future<?> next;

	private long nextNanos;

	private boolean trying;

	private boolean again;

	/**
	 * Create a probe.
	 * @param wait how long to wait, about
	 * @param attempt what to try; does not block. When it has ended, it calls
	 * {@link #later()} or {@link #stop()}
	 * @param scheduler where to run it; ended with this
	 * @param nanoTime the time
	 * @param random numbers from 0 to 1
	 */
	RecoveryProbe(Duration wait, Callable<?> attempt, ScheduledExecutorService scheduler, LongSupplier nanoTime,
			DoubleSupplier random) {
		this.wait = wait;
		this.attempt = attempt;
		this.scheduler = scheduler;
		this.nanoTime = nanoTime;
		this.random = random;
	}

	static ScheduledExecutorService thread() {
		ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, "ratelimit-probe");
			thread.setDaemon(true);
			return thread;
		});
		scheduler.setRemoveOnCancelPolicy(true);
		return scheduler;
	}

	/**
	 * Try when the wait is over, or at once if there was reason to while the last attempt
	 * was made.
	 */
	synchronized void later() {
		double share = SHORTEST + (LONGEST - SHORTEST) * this.random.getAsDouble();
		schedule((this.again) ? 0 : (long) (this.wait.toNanos() * share));
	}

	/**
	 * Try now instead.
	 */
	synchronized void now() {
		if (this.trying) {
			this.again = true;
		}
		else if (this.next != null) {
			schedule(0);
		}
	}

	/**
	 * Try no more.
	 */
	synchronized void stop() {
		this.trying = false;
		this.again = false;
		if (this.next != null) {
			this.next.cancel(false);
			this.next = null;
		}
	}

	private void schedule(long nanos) {
		stop();
		try {
			this.nextNanos = this.nanoTime.getAsLong() + nanos;
			this.next = this.scheduler.schedule(this::attempt, nanos, TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			// Closed: nobody waits for the store any more
		}
	}

	private Object attempt() throws Exception {
		synchronized (this) {
			this.trying = true;
		}
		return this.attempt.call();
	}

	/**
	 * Run something else on the thread, in order. Nothing is run once this is closed.
	 */
	void execute(Runnable task) {
		try {
			this.scheduler.execute(task);
		}
		catch (RejectedExecutionException ex) {
			// Closed
		}
	}

	/**
	 * Return the time until the next attempt, zero if it is due.
	 */
	synchronized Duration untilNext() {
		return Duration.ofNanos((this.next != null) ? Math.max(0, this.nextNanos - this.nanoTime.getAsLong()) : 0);
	}

	@Override
	public void close() {
		this.scheduler.shutdownNow();
	}

}
