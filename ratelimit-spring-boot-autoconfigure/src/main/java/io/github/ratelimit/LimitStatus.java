package io.github.ratelimit;

import java.io.Serializable;
import java.time.Duration;
import java.util.Comparator;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Where a key stands with one limit, after the decision this is part of.
 *
 * @param limit the limit
 * @param refused whether this limit refused the request
 * @param remaining whole units left, from 0 to the limit's burst
 * @param retryAfter least wait after which the same request would pass this limit: zero
 * if it passes, {@code null} if it never can because its cost is above the burst
 * @param resetAfter time until all units are back if nothing more is asked, not negative
 */
public record LimitStatus(Limit limit, boolean refused, long remaining, @Nullable Duration retryAfter,
		Duration resetAfter) implements Serializable {

	/**
	 * Orders by what a caller has to mind: limits that refused first, then those with
	 * fewest units left, then those that take longest to be full again.
	 */
	public static final Comparator<LimitStatus> TIGHTEST_FIRST = Comparator.comparing(LimitStatus::refused)
		.reversed()
		.thenComparing(LimitStatus::remaining)
		.thenComparing(LimitStatus::resetAfter, Comparator.reverseOrder());

	/**
	 * Check the status.
	 * @throws IllegalArgumentException if a number is out of its range
	 */
	public LimitStatus {
		Objects.requireNonNull(limit, "limit must not be null");
		Objects.requireNonNull(resetAfter, "resetAfter must not be null");
		if (remaining < 0 || remaining > limit.burst()) {
			throw new IllegalArgumentException("remaining must be from 0 to " + limit.burst() + ", not " + remaining);
		}
		if (resetAfter.isNegative() || (retryAfter != null && retryAfter.isNegative())) {
			throw new IllegalArgumentException("A wait must not be negative");
		}
		if (!refused && (retryAfter == null || !retryAfter.isZero())) {
			throw new IllegalArgumentException("A wait must be zero where the limit does not refuse");
		}
	}

}
