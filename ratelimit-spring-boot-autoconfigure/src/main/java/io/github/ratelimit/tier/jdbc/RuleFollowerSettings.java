package io.github.ratelimit.tier.jdbc;

import java.time.Duration;

/**
 * How rules are followed.
 *
 * @param pollInterval time between looks at whether rules have changed
 * @param timeout how long the database may take to answer
 * @param listen whether PostgreSQL is asked to tell of changes too, over a connection of
 * its own
 */
public record RuleFollowerSettings(Duration pollInterval, Duration timeout, boolean listen) {

	/**
	 * Check the settings.
	 * @throws IllegalArgumentException if a duration is not above zero
	 */
	public RuleFollowerSettings {
		if (pollInterval.isNegative() || pollInterval.isZero() || timeout.isNegative() || timeout.isZero()) {
			throw new IllegalArgumentException("Durations must be above zero");
		}
	}

}
