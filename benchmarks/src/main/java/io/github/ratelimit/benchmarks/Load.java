package io.github.ratelimit.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import io.github.ratelimit.benchmarks.contender.Contender;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Callers that ask a contender for a while, each on a thread of its own.
 */
final class Load {

	private final List<Caller> callers;

	private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

	/**
	 * All callers and who counts: before the first call, after the last, and when it is
	 * counted.
	 */
	private final CyclicBarrier together;

	/**
	 * When they last came together. The thread that waits for time to pass may be the
	 * last to run again, long after callers have begun.
	 */
	private volatile long cameTogether;

	private volatile boolean over;

	private Load(Contender contender, Keys keys, int callers, int unmeasured) {
		this.callers = IntStream.range(0, callers).mapToObj((i) -> new Caller(contender, keys, unmeasured)).toList();
		this.together = new CyclicBarrier(callers + 1, () -> this.cameTogether = System.nanoTime());
	}

	/**
	 * Let callers ask a contender.
	 * @param unmeasured calls without a time after each whose time is taken
	 * @return what they saw
	 */
	static Result run(Contender contender, Keys keys, int callers, int unmeasured, Duration time) {
		return new Load(contender, keys, callers, unmeasured).run(time);
	}

	private Result run(Duration time) {
		List<Thread> threads = new ArrayList<>();
		for (Caller caller : this.callers) {
			Thread thread = new Thread(() -> call(caller), "caller");
			thread.setDaemon(true);
			thread.start();
			threads.add(thread);
		}
		Allocation allocation = new Allocation();
		await();
		long start = this.cameTogether;
		long end = start + time.toNanos();
		while (System.nanoTime() < end) {
			LockSupport.parkNanos(end - System.nanoTime());
		}
		this.over = true;
		await();
		double seconds = (this.cameTogether - start) / 1e9;
		long bytes = allocation.since();
		await();
		Throwable failed = this.failure.get();
		if (failed != null) {
			throw new IllegalStateException("A call failed", failed);
		}
		return result(seconds, bytes);
	}

	private Result result(double seconds, long bytes) {
		Histogram nanos = new Histogram(this.callers.get(0).nanos());
		this.callers.forEach((caller) -> nanos.add(caller.nanos()));
		return new Result(this.callers.stream().mapToLong(Caller::calls).sum(),
				this.callers.stream().mapToLong(Caller::allowed).sum(), seconds, bytes, nanos);
	}

	private void call(Caller caller) {
		await();
		try {
			caller.callUntil(() -> this.over);
		}
		catch (RuntimeException | Error ex) {
			this.failure.compareAndSet(null, ex);
		}
		await();
		// What has ended has allocated nothing
		await();
	}

	private void await() {
		try {
			this.together.await();
		}
		catch (InterruptedException | BrokenBarrierException ex) {
			throw new IllegalStateException("Callers did not come together", ex);
		}
	}

	/**
	 * What callers saw.
	 *
	 * @param calls how often they asked
	 * @param allowed how often they were allowed
	 * @param seconds how long
	 * @param bytes what all threads allocated
	 * @param nanos how long answers took
	 */
	record Result(long calls, long allowed, double seconds, long bytes, Histogram nanos) {
	}

}
