package io.github.ratelimit.testsupport;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

import com.sun.management.ThreadMXBean;
import io.github.ratelimit.RateLimitDecision;

/**
 * What a decision allocates on the thread that asks for it. The least of several rounds,
 * so that neither the compiler nor other threads count.
 */
public final class AllocatedBytes {

	private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	private static final int DECISIONS = 10_000;

	private static final int ROUNDS = 10;

	private static final List<String> KEYS = IntStream.range(0, 100).mapToObj((i) -> "user:" + i).toList();

	private AllocatedBytes() {
	}

	/**
	 * Measure decisions on a hundred keys, after the first of each.
	 * @param limiter decides a key
	 * @param allowed whether all are allowed, or all refused
	 * @return the bytes of one decision
	 * @throws AssertionError if one is decided otherwise
	 */
	public static double perDecision(Function<String, RateLimitDecision> limiter, boolean allowed) {
		KEYS.forEach(limiter::apply);
		long least = Long.MAX_VALUE;
		for (int round = 0; round < ROUNDS; round++) {
			long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
			int as = decide(limiter, allowed);
			long after = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
			if (as != DECISIONS) {
				throw new AssertionError(as + " of " + DECISIONS + " were decided as expected");
			}
			least = Math.min(least, after - before);
		}
		return (double) least / DECISIONS;
	}

	private static int decide(Function<String, RateLimitDecision> limiter, boolean allowed) {
		int as = 0;
		for (int i = 0; i < DECISIONS; i++) {
			as += (limiter.apply(KEYS.get(i % KEYS.size())).allowed() == allowed) ? 1 : 0;
		}
		return as;
	}

}
