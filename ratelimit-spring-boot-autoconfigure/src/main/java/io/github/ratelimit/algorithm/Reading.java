package io.github.ratelimit.algorithm;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.RateLimitDecision;

/**
 * What a limit says to a cost at a moment. Immutable.
 */
public interface Reading {

	/**
	 * Return the limit.
	 * @return the limit
	 */
	Limit limit();

	/**
	 * Return whether the limit allows the cost. It always allows a cost of 0.
	 * @return {@code true} if it does
	 */
	boolean fits();

	/**
	 * Return how many whole units are left before the cost is charged.
	 * @return the units, from 0 to those of the limit
	 */
	default long remaining() {
		return remaining(false);
	}

	/**
	 * Return how many whole units are left.
	 * @param charged whether the cost was charged, as it may be only if it fits
	 * @return the units, from 0 to those of the limit
	 */
	long remaining(boolean charged);

	/**
	 * Return how long it takes until the cost fits.
	 * @return microseconds, at most {@link Long#MAX_VALUE}; 0 if it fits,
	 * {@link RateLimitDecision#NEVER} if it never can
	 */
	long retryMicros();

	/**
	 * Return how long it takes until all units are back.
	 * @param charged whether the cost was charged
	 * @return microseconds, at most {@link Long#MAX_VALUE}
	 */
	long resetMicros(boolean charged);

	/**
	 * Return where the key stands now.
	 * @param charged whether the cost was charged, as it may be only if it fits
	 * @return the status
	 */
	default LimitStatus status(boolean charged) {
		long retryMicros = retryMicros();
		return new LimitStatus(limit(), !fits(), remaining(charged),
				(retryMicros != RateLimitDecision.NEVER) ? Duration.of(retryMicros, ChronoUnit.MICROS) : null,
				Duration.of(resetMicros(charged), ChronoUnit.MICROS));
	}

	/**
	 * Return the decision where this is the only limit: the cost is charged if it fits.
	 * @param source who decides
	 * @param atMicros when it is charged, microseconds since the epoch
	 * @return the decision
	 */
	default RateLimitDecision decision(DecisionSource source, long atMicros) {
		boolean fits = fits();
		long resetMicros = resetMicros(fits);
		long retryMicros = retryMicros();
		if (resetMicros == Long.MAX_VALUE || retryMicros == Long.MAX_VALUE) {
			RateLimitDecision decision = RateLimitDecision.of(List.of(status(fits)), source);
			return (fits) ? decision.chargedAt(EpochMicros.time(atMicros)) : decision;
		}
		return (fits) ? RateLimitDecision.ofAllowed(limit(), remaining(true), resetMicros, source, atMicros)
				: RateLimitDecision.ofRefused(limit(), remaining(false), retryMicros, resetMicros, source);
	}

}
