package io.github.ratelimit.store.redis;

import java.util.function.LongSupplier;

/**
 * How calls of scripts that come at the same time travel together.
 *
 * @param batches batches that are under way before further calls wait for one to come
 * back
 * @param calls most calls of a batch
 * @param alone whether a call that is the only one of its batch is sent as if nothing was
 * gathered
 * @param nanoTime the time by which calls wait
 */
record Gathering(int batches, int calls, boolean alone, LongSupplier nanoTime) {

	/**
	 * Enough for the server never to wait for the network between two batches, and few
	 * enough for batches to be large.
	 */
	private static final int BATCHES = 4;

	/**
	 * What Redis does with in less than a millisecond: nobody else is served meanwhile.
	 */
	private static final int CALLS = 64;

	static Gathering on() {
		return new Gathering(BATCHES, CALLS, true, System::nanoTime);
	}

	static Gathering off() {
		return new Gathering(Integer.MAX_VALUE, 1, true, System::nanoTime);
	}

}
