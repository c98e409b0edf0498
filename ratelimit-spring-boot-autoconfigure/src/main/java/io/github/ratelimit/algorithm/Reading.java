package io.github.ratelimit.algorithm;

import io.github.ratelimit.LimitStatus;

/**
 * What a limit says to a cost at a moment. Immutable.
 */
public interface Reading {

	/**
	 * Return whether the limit allows the cost. It always allows a cost of 0.
	 * @return {@code true} if it does
	 */
	boolean fits();

	/**
	 * Return how many whole units are left before the cost is charged.
	 * @return the units, from 0 to those of the limit
	 */
	long remaining();

	/**
	 * Return where the key stands now.
	 * @param charged whether the cost was charged, as it may be only if it fits
	 * @return the status
	 */
	LimitStatus status(boolean charged);

}
