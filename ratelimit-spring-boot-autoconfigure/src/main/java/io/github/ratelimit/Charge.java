package io.github.ratelimit;

import java.util.Objects;

/**
 * Units that a request takes from one counter.
 *
 * @param counter the counter
 * @param cost units, not negative; 0 asks without charging and is never refused
 */
public record Charge(Counter counter, long cost) {

	/**
	 * Check the charge.
	 * @throws IllegalArgumentException if the cost is negative
	 */
	public Charge {
		Objects.requireNonNull(counter, "counter must not be null");
		if (cost < 0) {
			throw new IllegalArgumentException("A cost must not be negative, but is " + cost);
		}
	}

}
