package io.github.ratelimit.algorithm;

import io.github.ratelimit.Limit;
import org.jspecify.annotations.Nullable;

/**
 * The arithmetic of one limit: pure functions from what is kept of a key, a time and a
 * cost to a decision and to what is kept next. Immutable.
 * <p>
 * Times are microseconds since the epoch. A time before that of the state counts as the
 * state's: time never goes back. The same arithmetic stands in the {@code .lua} files of
 * the store in Redis.
 */
public sealed interface LimitAlgorithm permits TokenBucket, FixedWindow, SlidingWindow, SlidingWindowCounter {

	/**
	 * Largest number that is kept of anything: half of what a double, the number of Lua,
	 * holds exactly, so that two of them can be added.
	 */
	long MAX_UNITS = 1L << 52;

	/**
	 * Return the arithmetic of a limit.
	 * @param limit the limit
	 * @return the arithmetic
	 * @throws IllegalArgumentException if the limit cannot be counted exactly in whole
	 * numbers; the message says why
	 */
	static LimitAlgorithm of(Limit limit) {
		return switch (limit.algorithm()) {
			case TOKEN_BUCKET -> TokenBucket.of(limit);
			case FIXED_WINDOW -> FixedWindow.of(limit);
			case SLIDING_WINDOW -> SlidingWindow.of(limit);
			case SLIDING_WINDOW_COUNTER -> SlidingWindowCounter.of(limit);
		};
	}

	/**
	 * Return the limit that this is the arithmetic of.
	 * @return the limit
	 */
	Limit limit();

	/**
	 * Return what the limit says to a cost.
	 * @param state what is kept, {@code null} if nothing is
	 * @param nowMicros the time
	 * @param cost units asked, not negative
	 * @return the reading
	 */
	Reading read(@Nullable LimitState state, long nowMicros, long cost);

	/**
	 * Return what is to be kept after a charge that {@linkplain Reading#fits() fits}.
	 * @param state what is kept, {@code null} if nothing is
	 * @param nowMicros the time
	 * @param cost units to charge, at least 1
	 * @return the next state
	 */
	LimitState charge(@Nullable LimitState state, long nowMicros, long cost);

	/**
	 * Return what is to be kept after a charge was settled.
	 * @param state what is kept, {@code null} if nothing is
	 * @param nowMicros the time
	 * @param charged the charge
	 * @param cost units that it should have been, not negative
	 * @return the next state, or the same if nothing changes
	 */
	@Nullable LimitState settle(@Nullable LimitState state, long nowMicros, Charged charged, long cost);

	/**
	 * Return how much of the limit is used up: the units that are not left, as callers
	 * are told them, of those that there are.
	 * @param state what is kept, {@code null} if nothing is
	 * @param nowMicros the time
	 * @return from 0 to 1, exactly 1 as long as not one unit is left
	 */
	default double usedFraction(@Nullable LimitState state, long nowMicros) {
		long units = limit().burst();
		return (double) (units - read(state, nowMicros, 0).remaining()) / units;
	}

	/**
	 * Return when a state will have nothing left to tell.
	 * @param state the state
	 * @return the time
	 */
	long forgottenAtMicros(LimitState state);

}
