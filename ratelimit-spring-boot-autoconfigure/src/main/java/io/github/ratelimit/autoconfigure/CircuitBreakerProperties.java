package io.github.ratelimit.autoconfigure;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

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
		if (this.windowSize < this.failureThreshold) {
			throw invalid("window-size", Integer.toString(this.windowSize),
					"it is less than '%s.failure-threshold', which would never be reached".formatted(PREFIX),
					"Set '%s.window-size' to at least %d.".formatted(PREFIX, this.failureThreshold));
		}
		FailureModeSettings settings = FailureModeSettings.of(deadline)
			.withFailureThreshold(this.failureThreshold)
			.withWindowSize(this.windowSize)
			.withWaitDuration(this.wait);
		return (this.slowCallDuration != null) ? settings.withSlowCallDuration(slowCallDuration(deadline)) : settings;
	}

	private Duration slowCallDuration(Duration deadline) {
		Duration slow = Objects.requireNonNull(this.slowCallDuration);
		requirePositive("slow-call-duration", slow);
		if (slow.compareTo(deadline) > 0) {
			throw invalid("slow-call-duration", text(slow), "no answer is waited for that long",
					"Set '%s.slow-call-duration' to no more than 'ratelimit.redis.timeout', which is %s."
						.formatted(PREFIX, text(deadline)));
		}
		return slow;
	}

	private static void requireAtLeastOne(String name, int value) {
		if (value < 1) {
			throw invalid(name, Integer.toString(value), "it is not above zero",
					"Set '%s.%s' to at least 1.".formatted(PREFIX, name));
		}
	}

	private static void requirePositive(String name, Duration value) {
		if (value.isNegative() || value.isZero()) {
			throw invalid(name, text(value), "it is not above zero",
					"Set '%s.%s' to a duration such as 10s.".formatted(PREFIX, name));
		}
	}

	private static InvalidRateLimitConfigurationException invalid(String name, String value, String reason,
			String remedy) {
		return new InvalidRateLimitConfigurationException(PREFIX + "." + name, value, reason, remedy);
	}

	private static String text(Duration duration) {
		return DurationStyle.SIMPLE.print(duration, ChronoUnit.MILLIS);
	}

}
