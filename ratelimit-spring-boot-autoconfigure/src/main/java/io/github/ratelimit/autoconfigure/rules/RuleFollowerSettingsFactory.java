package io.github.ratelimit.autoconfigure.rules;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

import io.github.ratelimit.autoconfigure.InvalidRateLimitConfigurationException;
import io.github.ratelimit.tier.jdbc.RuleFollowerSettings;

import org.springframework.boot.convert.DurationStyle;

/**
 * Makes the settings of who follows rules from properties.
 */
final class RuleFollowerSettingsFactory {

	private static final String PREFIX = "ratelimit.rules.jdbc.";

	private RuleFollowerSettingsFactory() {
	}

	/**
	 * Return the settings.
	 * @param properties the properties
	 * @param listen whether the database is listened to
	 * @throws InvalidRateLimitConfigurationException if a time is not above zero
	 */
	static RuleFollowerSettings settings(RulesJdbcProperties properties, boolean listen) {
		return new RuleFollowerSettings(positive("poll-interval", properties.getPollInterval()),
				positive("timeout", properties.getTimeout()), listen);
	}

	private static Duration positive(String name, Duration duration) {
		if (duration.isNegative() || duration.isZero()) {
			throw new InvalidRateLimitConfigurationException(PREFIX + name,
					DurationStyle.SIMPLE.print(duration, ChronoUnit.MILLIS), "it is not above zero",
					"Set '%s%s' to a duration such as 500ms.".formatted(PREFIX, name));
		}
		return duration;
	}

}
