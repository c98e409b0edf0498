package io.github.ratelimit.store.redis;

import java.util.function.LongSupplier;

/**
 * How calls of scripts that come at the same time travel together.
 *
 * @param batches batches that are under way before further calls wait, at least
 * @param calls most calls of a batch; as many do not wait
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

	/**
	 * What hardly anybody notices, and many times what a batch costs a server by itself.
	 */
	private static final long WAIT_NANOS = 250_000;

	static Gathering on() {
		return new Gathering(BATCHES, CALLS, true, System::nanoTime);
	}

	static Gathering off() {
		return new Gathering(Integer.MAX_VALUE, 1, true, System::nanoTime);
	}

	/**
	 * Return how many batches may be under way to a server before further calls wait for
	 * one to come back: the farther it is, the more have to be for that to be soon.
	 * @param roundTripNanos how far the server is
	 */
	long batches(long roundTripNanos) {
		return Math.max(this.batches, roundTripNanos / WAIT_NANOS);
	}

}
