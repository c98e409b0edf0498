package io.github.ratelimit.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The calls of the pictures: a quiet caller with a burst that lies across the edge of a
 * window, and a while of twice as many calls as the limit allows.
 */
final class Traffic {

	static final long SECOND = 1_000_000;

	static final int SECONDS = 60;

	private Traffic() {
	}

	/**
	 * Return when calls come, microseconds since the beginning, in order.
	 */
	static List<Long> calls() {
		List<Long> calls = new ArrayList<>();
		add(calls, 0, 60 * SECOND, 2 * SECOND);
		add(calls, 18 * SECOND + SECOND / 20, 19 * SECOND + SECOND / 2, SECOND / 8);
		add(calls, 20 * SECOND + SECOND / 20, 21 * SECOND + SECOND / 2, SECOND / 8);
		add(calls, 35 * SECOND + SECOND / 20, 52 * SECOND, SECOND * 2 / 3);
		Collections.sort(calls);
		return calls;
	}

	private static void add(List<Long> calls, long from, long to, long step) {
		for (long at = from; at < to; at += step) {
			calls.add(at);
		}
	}

}
