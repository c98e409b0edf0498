package io.github.ratelimit.algorithm;

import java.time.Duration;
import java.time.Instant;

/**
 * A charge that was made.
 *
 * @param atMicros when, microseconds since the epoch
 * @param cost units that were charged
 * @param fullAtMicros when all units would have been back, had nothing more been charged
 */
public record Charged(long atMicros, long cost, long fullAtMicros) {

	/**
	 * Return a charge.
	 * @param at when it was made
	 * @param cost units that were charged
	 * @param resetAfter how long from then on until all units would have been back, which
	 * may be thousands of years
	 * @return the charge
	 */
	public static Charged of(Instant at, long cost, Duration resetAfter) {
		return new Charged(EpochMicros.of(at), cost, EpochMicros.of(at.plus(resetAfter)));
	}

}
