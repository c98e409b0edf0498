package io.github.ratelimit.lease;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How many units were asked for lately, of each of any number of counters. Counters whose
 * hashes meet are counted as one, which has a lease drawn too early and nothing worse.
 * Safe for use by many threads.
 */
final class Demand {

	private static final int PLACES = 4096;

	private static final int INTERVAL_SHIFT = 32;

	private static final long COUNT = 0xffff_ffffL;

	/**
	 * Of each place the interval, and the units that were asked for in it.
	 */
	private final AtomicLongArray places = new AtomicLongArray(PLACES);

	/**
	 * Note that units were asked for.
	 * @param hash hash of what they are counted by
	 * @param cost the units
	 * @param interval the interval that it is now, of any length
	 * @return the units asked for in this interval, these included
	 */
	long note(int hash, long cost, long interval) {
		int place = (hash ^ (hash >>> 16)) & (PLACES - 1);
		long mark = interval << INTERVAL_SHIFT;
		long before = this.places.get(place);
		while (true) {
			long known = ((before & ~COUNT) == mark) ? before & COUNT : 0;
			long asked = Math.min(known + cost, COUNT);
			if (this.places.compareAndSet(place, before, mark | asked)) {
				return asked;
			}
			before = this.places.get(place);
		}
	}

}
