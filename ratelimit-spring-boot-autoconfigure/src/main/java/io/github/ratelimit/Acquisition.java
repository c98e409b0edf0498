package io.github.ratelimit;

import java.util.Objects;

/**
 * Units to be charged to one key of one limiter, alone or together with others.
 *
 * @param settings what the limiter limits
 * @param key whose count it is, not blank
 * @param cost units to charge, not negative; 0 only asks
 */
public record Acquisition(RateLimiterSettings settings, String key, long cost) {

	/**
	 * Check the acquisition.
	 * @throws IllegalArgumentException if the cost is negative
	 */
	public Acquisition {
		Objects.requireNonNull(settings, "settings must not be null");
		Objects.requireNonNull(key, "key must not be null");
		if (cost < 0) {
			throw new IllegalArgumentException("A cost must not be negative, but is " + cost);
		}
	}

}
