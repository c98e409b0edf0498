package io.github.ratelimit.algorithm;

/**
 * What was charged in one window, and in the one before it.
 *
 * @param id {@linkplain Windows#id() which windows} it is one of
 * @param startMicros its beginning, microseconds since the epoch
 * @param endMicros its end
 * @param current units charged in it
 * @param previous units charged in the one before
 */
record WindowCount(long id, long startMicros, long endMicros, long current, long previous) {

	boolean contains(long micros) {
		return micros >= this.startMicros && micros < this.endMicros;
	}

	/**
	 * Return when this tells nothing any more.
	 * @param trails whether a window still counts as the one before
	 */
	long overMicros(boolean trails) {
		return (trails) ? this.endMicros + (this.endMicros - this.startMicros) : this.endMicros;
	}

	WindowCount plus(long atMicros, long units) {
		if (contains(atMicros)) {
			return new WindowCount(this.id, this.startMicros, this.endMicros, sum(this.current, units), this.previous);
		}
		if (atMicros < this.startMicros && atMicros >= this.startMicros - (this.endMicros - this.startMicros)) {
			return new WindowCount(this.id, this.startMicros, this.endMicros, this.current, sum(this.previous, units));
		}
		return this;
	}

	/**
	 * Return a sum that stays in the range of what is kept.
	 */
	private static long sum(long count, long units) {
		return Math.max(Math.min(count + units, LimitAlgorithm.MAX_UNITS), 0);
	}

}
