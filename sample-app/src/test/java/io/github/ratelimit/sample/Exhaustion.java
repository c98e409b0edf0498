package io.github.ratelimit.sample;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import io.github.ratelimit.Rate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A call made again and again until it was refused.
 *
 * @param admitted answers to those that were not refused
 * @param refusal answer to the one that was
 * @param took time in which all were decided, and a little more
 */
record Exhaustion(List<SampleAnswer> admitted, SampleAnswer refusal, Duration took) {

	private static final int MAX_CALLS = 2_000;

	static Exhaustion of(Supplier<SampleAnswer> call) {
		List<SampleAnswer> admitted = new ArrayList<>();
		long start = System.nanoTime();
		while (admitted.size() < MAX_CALLS) {
			SampleAnswer answer = call.get();
			if (answer.refused()) {
				return new Exhaustion(admitted, answer, Duration.ofNanos(System.nanoTime() - start));
			}
			admitted.add(answer);
		}
		throw new AssertionError("Not refused in " + MAX_CALLS + " calls");
	}

	/**
	 * Check that as many were admitted as were left and came back meanwhile: exactly as
	 * many as were left, unless the calls took so long that a unit came back.
	 */
	void assertAdmitted(long left, String rate) {
		assertThat((long) this.admitted.size()).isBetween(left, left + comeBack(Rate.parse(rate), this.took));
	}

	/**
	 * Check that as many were admitted as a window has, and in each further window that
	 * the calls took.
	 */
	void assertAdmittedInWindows(long quota, Duration window) {
		assertThat((long) this.admitted.size()).isBetween(quota, quota * (1 + this.took.dividedBy(window)));
	}

	private static long comeBack(Rate rate, Duration time) {
		return time.toNanos() * rate.quota() / rate.window().toNanos();
	}

}
