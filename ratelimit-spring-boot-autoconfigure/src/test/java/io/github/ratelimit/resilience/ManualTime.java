package io.github.ratelimit.resilience;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A time that the test lets pass, and a scheduler that follows it: what is due is run by
 * the test's own thread.
 */
final class ManualTime {

	static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

	private final PriorityQueue<Task<?>> tasks = new PriorityQueue<>(Comparator.comparingLong((task) -> task.atNanos));

	private final Scheduler scheduler = new Scheduler();

	private long nanos;

	Surroundings surroundings() {
		return new Surroundings(clock(), this::nanoTime, new Scheduler(), this.scheduler);
	}

	ScheduledThreadPoolExecutor scheduler() {
		return this.scheduler;
	}

	long nanoTime() {
		return this.nanos;
	}

	Clock clock() {
		return new Clock() {

			@Override
			public Instant instant() {
				return START.plusNanos(ManualTime.this.nanos);
			}

			@Override
			public ZoneId getZone() {
				return ZoneOffset.UTC;
			}

			@Override
			public Clock withZone(ZoneId zone) {
				return this;
			}

		};
	}

	/**
	 * Let time pass, and run what is due at its time.
	 */
	void pass(Duration time) {
		long end = this.nanos + time.toNanos();
		while (!this.tasks.isEmpty() && this.tasks.peek().atNanos <= end) {
			Task<?> task = this.tasks.remove();
			this.nanos = Math.max(this.nanos, task.atNanos);
			task.run();
		}
		this.nanos = end;
	}

	/**
	 * Return how much is waited for.
	 */
	int scheduled() {
		return this.tasks.size();
	}

	private final class Scheduler extends ScheduledThreadPoolExecutor {

		Scheduler() {
			super(0);
		}

		@Override
		public void execute(Runnable command) {
			requireOpen();
			command.run();
		}

		@Override
		public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
			requireOpen();
			Task<V> task = new Task<>(callable, ManualTime.this.nanos + unit.toNanos(delay));
			ManualTime.this.tasks.add(task);
			return task;
		}

		private void requireOpen() {
			if (isShutdown()) {
				throw new RejectedExecutionException("shut down");
			}
		}

	}

	private final class Task<V> extends FutureTask<V> implements RunnableScheduledFuture<V> {

		private final long atNanos;

		Task(Callable<V> callable, long atNanos) {
			super(callable);
			this.atNanos = atNanos;
		}

		@Override
		public boolean cancel(boolean mayInterruptIfRunning) {
			ManualTime.this.tasks.remove(this);
			return super.cancel(mayInterruptIfRunning);
		}

		@Override
		public boolean isPeriodic() {
			return false;
		}

		@Override
		public long getDelay(TimeUnit unit) {
			return unit.convert(this.atNanos - ManualTime.this.nanos, TimeUnit.NANOSECONDS);
		}

		@Override
		public int compareTo(Delayed other) {
			return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
		}

	}

}
