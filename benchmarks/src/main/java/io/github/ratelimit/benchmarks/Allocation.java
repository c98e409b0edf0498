package io.github.ratelimit.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;

import com.sun.management.ThreadMXBean;

/**
 * What all threads allocate, also those of clients that wait for answers.
 */
final class Allocation {

	private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	private final Map<Long, Long> before = bytes();

	/**
	 * Return the bytes that other threads have allocated since this was made. Of those
	 * that have ended nothing is known.
	 */
	long since() {
		Map<Long, Long> now = bytes();
		now.remove(Thread.currentThread().getId());
		return now.entrySet()
			.stream()
			.mapToLong((entry) -> entry.getValue() - this.before.getOrDefault(entry.getKey(), 0L))
			.sum();
	}

	private static Map<Long, Long> bytes() {
		long[] threads = THREADS.getAllThreadIds();
		long[] bytes = THREADS.getThreadAllocatedBytes(threads);
		Map<Long, Long> all = new HashMap<>();
		for (int i = 0; i < threads.length; i++) {
			if (bytes[i] >= 0) {
				all.put(threads[i], bytes[i]);
			}
		}
		return all;
	}

}
