package io.github.ratelimit.store.redis;

/**
 * How far a server is: the fastest of the round trips to it lately, since most of a slow
 * one may be what it did for others. Not safe for use by several threads.
 */
final class RoundTrips {

	/**
	 * Few enough for a server that took the place of another to be known for what it is
	 * soon, and enough for one of them to have met nothing on its way.
	 */
	static final int LATELY = 256;

	/**
	 * The first take longer: the server is told the script, and code is not compiled yet.
	 */
	static final int ENOUGH = 16;

	private long lastNanos = Long.MAX_VALUE;

	private long currentNanos = Long.MAX_VALUE;

	private int current;

	private boolean known;

	/**
	 * Note a round trip. It counts until twice {@link #LATELY} others came at most.
	 */
	void note(long nanos) {
		if (this.current == LATELY) {
			this.lastNanos = this.currentNanos;
			this.currentNanos = Long.MAX_VALUE;
			this.current = 0;
		}
		this.current++;
		this.currentNanos = Math.min(this.currentNanos, nanos);
		this.known |= this.current == ENOUGH;
	}

	/**
	 * Return how long the fastest took, in nanoseconds, or 0 before there were
	 * {@link #ENOUGH}.
	 */
	long fastest() {
		return (this.known) ? Math.min(this.lastNanos, this.currentNanos) : 0;
	}

}
