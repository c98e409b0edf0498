package io.github.ratelimit.autoconfigure;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

import io.github.ratelimit.resilience.FailureModeSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.convert.DurationStyle;

/**
 * Configuration properties of the circuit breaker before Redis.
 */
@ConfigurationProperties(CircuitBreakerProperties.PREFIX)
public class CircuitBreakerProperties {

	static final String PREFIX = "ratelimit.circuit-breaker";

	/**
	 * Failures in a row after which Redis is not asked any more.
	 */
	private int failureThreshold = 5;

	/**
	 * Time beyond which a decision is slow. By default half of 'ratelimit.redis.timeout'.
	 */
	private @Nullable Duration slowCallDuration;

	/**
	 * Decisions that are looked back on: Redis is not asked any more either if most of
	 * them were slow, or most failed.
	 */
	private int windowSize = 50;

	/**
	 * Time until Redis is tried again, give or take a fifth.
	 */
	private Duration wait = Duration.ofSeconds(10);

	public int getFailureThreshold() {
		return this.failureThreshold;
	}

	public void setFailureThreshold(int failureThreshold) {
		this.failureThreshold = failureThreshold;
	}

	public @Nullable Duration getSlowCallDuration() {
		return this.slowCallDuration;
	}

	public void setSlowCallDuration(@Nullable Duration slowCallDuration) {
		this.slowCallDuration = slowCallDuration;
	}

	public int getWindowSize() {
		return this.windowSize;
	}

	public void setWindowSize(int windowSize) {
		this.windowSize = windowSize;
	}

	public Duration getWait() {
		return this.wait;
	}

	public void setWait(Duration wait) {
		this.wait = wait;
	}

	/**
	 * Return these and a deadline as settings.
	 * @throws InvalidRateLimitConfigurationException if one is out of its range
	 */
	FailureModeSettings settings(Duration deadline) {
		requireAtLeastOne("failure-threshold", this.failureThreshold);
		requireAtLeastOne("window-size", this.windowSize);
		requirePositive("wait", this.wait);
		FailureModeSettings settings = FailureModeSettings.of(deadline)
			.withFailureThreshold(this.failureThreshold)
			.withWindowSize(this.windowSize)
			.withWait(this.wait);
		if (this.slowCallDuration == null) {
			return settings;
		}
		requirePositive("slow-call-duration", this.slowCallDuration);
		return settings.withSlowCallDuration(this.slowCallDuration);
	}

	private static void requireAtLeastOne(String name, int value) {
		if (value < 1) {
			throw new InvalidRateLimitConfigurationException(PREFIX + "." + name, Integer.toString(value),
					"it is not above zero", "Set '%s.%s' to at least 1.".formatted(PREFIX, name));
		}
	}

	private static void requirePositive(String name, Duration value) {
		if (value.isNegative() || value.isZero()) {
			throw new InvalidRateLimitConfigurationException(PREFIX + "." + name,
					DurationStyle.SIMPLE.print(value, ChronoUnit.MILLIS), "it is not above zero",
					"Set '%s.%s' to a duration such as 10s.".formatted(PREFIX, name));
		}
	}

}
