package io.github.ratelimit;

import java.util.Objects;

/**
 * Units to be charged to one key of one limiter, alone or together with others.
 *
 * @param settings what the limiter limits
 * @param key whose count it is, not blank
 * @param cost units to charge, not negative; 0 only asks
 * @param beside whether this is only counted beside what decides: it is told to who
 * listens, and is no part of the decision
 */
public record Acquisition(RateLimiterSettings settings, String key, long cost, boolean beside) {

	/**
	 * Check the acquisition.
	 * @throws IllegalArgumentException if the cost is negative, or what is counted beside
	 * could refuse
	 */
	public Acquisition {
		Objects.requireNonNull(settings, "settings must not be null");
		Objects.requireNonNull(key, "key must not be null");
		if (cost < 0) {
			throw new IllegalArgumentException("A cost must not be negative, but is " + cost);
		}
		if (beside && settings.enforcement() != Enforcement.SHADOW) {
			throw new IllegalArgumentException("What is counted beside a decision must not refuse");
		}
	}

	/**
	 * Create an acquisition that decides.
	 * @param settings what the limiter limits
	 * @param key whose count it is, not blank
	 * @param cost units to charge, not negative; 0 only asks
	 * @throws IllegalArgumentException if the cost is negative
	 */
	public Acquisition(RateLimiterSettings settings, String key, long cost) {
		this(settings, key, cost, false);
	}

	/**
	 * Return an acquisition that is only counted beside what decides.
	 * @param settings what is counted, of {@link Enforcement#SHADOW}
	 * @param key whose count it is, not blank
	 * @param cost units to charge, not negative; 0 only asks
	 * @return the acquisition
	 * @throws IllegalArgumentException if the cost is negative, or the settings could
	 * refuse
	 */
	public static Acquisition beside(RateLimiterSettings settings, String key, long cost) {
		return new Acquisition(settings, key, cost, true);
	}

}
