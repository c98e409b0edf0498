package io.github.ratelimit.autoconfigure;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

import io.github.ratelimit.lease.LeaseTerms;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.convert.DurationStyle;

/**
 * Configuration properties of units that are drawn from Redis in advance.
 */
@ConfigurationProperties(LeaseProperties.PREFIX)
public class LeaseProperties {

	static final String PREFIX = "ratelimit.redis.leases";

	/**
	 * Whether units of limits of mode 'leased' are drawn from Redis in advance.
	 */
	private boolean enabled = true;

	/**
	 * Longest time for which units are drawn. Shorter where that is more than a tenth of
	 * a limit's window.
	 */
	private Duration duration = Duration.ofSeconds(1);

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public Duration getDuration() {
		return this.duration;
	}

	public void setDuration(Duration duration) {
		this.duration = duration;
	}

	/**
	 * Return the duration.
	 * @throws InvalidRateLimitConfigurationException if it is shorter than a lease can be
	 */
	Duration requiredDuration() {
		if (this.duration.compareTo(LeaseTerms.SHORTEST) < 0) {
			throw new InvalidRateLimitConfigurationException(PREFIX + ".duration",
					DurationStyle.SIMPLE.print(this.duration, ChronoUnit.MILLIS),
					"a lease of less than %d ms would save nothing".formatted(LeaseTerms.SHORTEST.toMillis()),
					"Set '%s.duration' to a duration such as 1s, or '%s.enabled' to false.".formatted(PREFIX, PREFIX));
		}
		return this.duration;
	}

}
