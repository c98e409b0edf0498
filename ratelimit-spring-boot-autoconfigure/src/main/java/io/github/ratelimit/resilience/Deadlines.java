package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Questions that wait for an answer, each for the same time, so that they are late in the
 * order in which they began. Safe for use by many threads.
 * <p>
 * One timer looks after the oldest, and then after the one that is the oldest by then: a
 * timer for each would wake a thread for each, and most questions are answered in time.
 */
final class Deadlines {

	private final Lock lock = new ReentrantLock();

	private final long nanos;

	private final LongSupplier nanoTime;

	private final Timer timer;

	/**
	 * Stands between the youngest and the oldest, in a ring.
	 */
	private final Question<?> ends = new Question<Object>() {

		@Override
		void late() {
			throw new IllegalStateException("Nobody asks this");
		}

	};

	private boolean watched;

	Deadlines(Duration deadline, LongSupplier nanoTime, Timer timer) {
		this.nanos = deadline.toNanos();
		this.nanoTime = nanoTime;
		this.timer = timer;
		this.ends.before = this.ends;
		this.ends.after = this.ends;
	}

	static Deadlines of(Duration deadline) {
		return new Deadlines(deadline, System::nanoTime, (task,
				nanos) -> CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS, Runnable::run).execute(task));
	}

	/**
	 * Note a question that is about to be asked.
	 */
	void begin(Question<?> question) {
		this.lock.lock();
		try {
			Question<?> youngest = Objects.requireNonNull(this.ends.before);
			question.deadlineNanos = this.nanoTime.getAsLong() + this.nanos;
			question.before = youngest;
			question.after = this.ends;
			youngest.after = question;
			this.ends.before = question;
			if (this.watched) {
				return;
			}
			this.watched = true;
		}
		finally {
			this.lock.unlock();
		}
		watch(this.nanos);
	}

	/**
	 * Have the timer run. Where it cannot, whoever begins next has it run instead.
	 */
	private void watch(long nanos) {
		try {
			this.timer.run(this::endLate, nanos);
		}
		catch (RuntimeException | Error ex) {
			unwatched();
			throw ex;
		}
	}

	private void unwatched() {
		this.lock.lock();
		try {
			this.watched = false;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Note that a question is answered.
	 * @return {@code false} if it had ended before
	 */
	boolean end(Question<?> question) {
		this.lock.lock();
		try {
			return remove(question);
		}
		finally {
			this.lock.unlock();
		}
	}

	private static boolean remove(Question<?> question) {
		Question<?> before = question.before;
		Question<?> after = question.after;
		if (before == null || after == null) {
			return false;
		}
		before.after = after;
		after.before = before;
		question.before = null;
		question.after = null;
		return true;
	}

	private void endLate() {
		List<Question<?>> late = new ArrayList<>();
		try {
			long untilNext = takeLate(late);
			if (untilNext > 0) {
				watch(untilNext);
			}
		}
		catch (RuntimeException | Error ex) {
			unwatched();
			throw ex;
		}
		finally {
			late.forEach(Deadlines::tellLate);
		}
	}

	/**
	 * One that fails must not keep the others from being told.
	 */
	private static void tellLate(Question<?> question) {
		try {
			question.late();
		}
		catch (Throwable ex) {
			question.completeExceptionally(ex);
		}
	}

	/**
	 * End questions whose time is over.
	 * @param late where they are added to
	 * @return nanoseconds until the next one's is, 0 if there is none
	 */
	private long takeLate(List<Question<?>> late) {
		this.lock.lock();
		try {
			long now = this.nanoTime.getAsLong();
			Question<?> oldest = Objects.requireNonNull(this.ends.after);
			while (oldest != this.ends && oldest.deadlineNanos - now <= 0) {
				late.add(oldest);
				remove(oldest);
				oldest = Objects.requireNonNull(this.ends.after);
			}
			this.watched = oldest != this.ends;
			return (this.watched) ? oldest.deadlineNanos - now : 0;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Runs something later.
	 */
	interface Timer {

		void run(Runnable task, long nanos);

	}

}
