package io.github.ratelimit.testsupport;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.IntStream;

import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.RateLimiterRegistry;

/**
 * One caller who comes with a new key each time, and on a plan that nobody knows, while
 * others are being limited.
 */
public final class KeyFlood {

	/**
	 * What all that the caller makes up begins with.
	 */
	public static final String INVENTED = "invented-";

	private static final int ROUND = 10_000;

	private static final int COLLECTIONS = 3;

	private final RateLimiterRegistry limiters;

	private final RateLimiter limited;

	private final List<String> callers;

	private final List<String> tiers;

	private final long[] admitted;

	private final long start = System.nanoTime();

	private long keys;

	/**
	 * Create a flood.
	 * @param limiters who is asked
	 * @param limited tier of those who are being limited
	 * @param callers how many of them there are
	 * @param tiers tiers that the flood asks for in turn
	 */
	public KeyFlood(RateLimiterRegistry limiters, String limited, int callers, List<String> tiers) {
		this.limiters = limiters;
		this.limited = limiters.get(limited);
		this.callers = IntStream.range(0, callers).mapToObj((i) -> "user:" + i).toList();
		this.tiers = List.copyOf(tiers);
		this.admitted = new long[callers];
	}

	/**
	 * Go on with new keys. Those who are being limited come in between, as often as they
	 * are let in.
	 * @param newKeys how many
	 */
	public void goOn(int newKeys) {
		long end = this.keys + newKeys;
		while (this.keys < end) {
			if (this.keys % ROUND == 0) {
				comeAgain();
			}
			String name = INVENTED + this.keys;
			this.limiters.get(this.tiers.get((int) (this.keys % this.tiers.size())), name)
				.tryAcquire("header.x-client:" + name);
			this.keys++;
		}
		comeAgain();
	}

	private void comeAgain() {
		for (int i = 0; i < this.admitted.length; i++) {
			while (this.limited.tryAcquire(this.callers.get(i)).allowed()) {
				this.admitted[i]++;
			}
		}
	}

	/**
	 * Return the most that one of those who are being limited was let in.
	 * @return the number of calls
	 */
	public long mostAdmitted() {
		return IntStream.range(0, this.admitted.length).mapToLong((i) -> this.admitted[i]).max().orElse(0);
	}

	/**
	 * Return how long the flood has lasted.
	 * @return seconds, rounded up
	 */
	public long seconds() {
		return (System.nanoTime() - this.start) / 1_000_000_000 + 1;
	}

	/**
	 * Return what is in use of the heap after it was collected.
	 * @return bytes
	 */
	public static long heap() {
		for (int i = 0; i < COLLECTIONS; i++) {
			System.gc();
		}
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
	}

}
