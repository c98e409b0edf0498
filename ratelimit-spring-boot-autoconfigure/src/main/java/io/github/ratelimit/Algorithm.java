package io.github.ratelimit;

/**
 * How a {@link Limit} counts. Q is the quota of its rate and W the window of it.
 */
public enum Algorithm {

	/**
	 * A bucket that holds up to a burst of units and is refilled continuously. Any span
	 * of time T admits at most burst + Q x T / W.
	 */
	TOKEN_BUCKET,

	/**
	 * Counts anew in each window: windows follow one another from the epoch on, or, with
	 * a time zone, as the calendar there has them. Each admits at most Q; a span of time
	 * as long as a window that lies across two of them admits up to 2 x Q.
	 */
	FIXED_WINDOW,

	/**
	 * Knows when each unit was admitted. Any span of time as long as the window admits at
	 * most Q.
	 */
	SLIDING_WINDOW,

	/**
	 * Counts as fixed windows do, and adds to a window's count that of the one before by
	 * the part of it which still lies within the last W: as if what was admitted there
	 * had come evenly. Close to a sliding window on average, at most 2 x Q at worst.
	 */
	SLIDING_WINDOW_COUNTER

}
