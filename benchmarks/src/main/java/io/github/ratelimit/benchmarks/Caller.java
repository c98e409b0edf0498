package io.github.ratelimit.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import io.github.ratelimit.benchmarks.contender.Contender;
import org.HdrHistogram.Histogram;

/**
 * One of the threads that ask a contender, again as soon as it has answered.
 */
final class Caller {

	private static final long LONGEST = TimeUnit.MINUTES.toNanos(1);

	private final Histogram nanos = new Histogram(LONGEST, 2);

	private final Contender contender;

	private final Supplier<String> keys;

	private final int unmeasured;

	private long calls;

	private long allowed;

	/**
	 * Create a caller.
	 * @param unmeasured how many calls follow one whose time is taken: what a clock costs
	 * would be most of a call in memory
	 */
	Caller(Contender contender, Keys keys, int unmeasured) {
		this.contender = contender;
		this.keys = keys.draw();
		this.unmeasured = unmeasured;
	}

	void callUntil(BooleanSupplier over) {
		while (!over.getAsBoolean()) {
			long start = System.nanoTime();
			call();
			this.nanos.recordValue(Math.min(LONGEST, System.nanoTime() - start));
			for (int i = 0; i < this.unmeasured; i++) {
				call();
			}
		}
	}

	private void call() {
		this.calls++;
		if (this.contender.tryAcquire(this.keys.get())) {
			this.allowed++;
		}
	}

	long calls() {
		return this.calls;
	}

	long allowed() {
		return this.allowed;
	}

	Histogram nanos() {
		return this.nanos;
	}

}
