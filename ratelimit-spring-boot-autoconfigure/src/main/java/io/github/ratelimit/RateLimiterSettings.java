package io.github.ratelimit;

import java.util.List;
import java.util.Objects;

/**
 * What a {@link RateLimiter} limits, and how.
 *
 * @param name name of the limiter, for a tier the tier's name
 * @param plan plan the limit is taken from, {@value #DEFAULT_PLAN} if there is none
 * @param counterName name under which the store keeps the counts
 * @param limit the limit
 * @param failureMode what happens while the store cannot decide
 * @param enforcement whether refusals are obeyed
 */
public record RateLimiterSettings(String name, String plan, String counterName, Limit limit, FailureMode failureMode,
		Enforcement enforcement) {

	/**
	 * Plan of a limiter that knows none.
	 */
	public static final String DEFAULT_PLAN = "default";

	/**
	 * Check the settings.
	 */
	public RateLimiterSettings {
		Objects.requireNonNull(name, "name must not be null");
		Objects.requireNonNull(plan, "plan must not be null");
		Objects.requireNonNull(counterName, "counterName must not be null");
		Objects.requireNonNull(limit, "limit must not be null");
		Objects.requireNonNull(failureMode, "failureMode must not be null");
		Objects.requireNonNull(enforcement, "enforcement must not be null");
	}

	/**
	 * Return the settings of an enforced limiter without plans whose failure mode is
	 * {@link FailureMode#LOCAL}.
	 * @param name name of the limiter, and of its counts
	 * @param limit the limit
	 * @return the settings
	 */
	public static RateLimiterSettings of(String name, Limit limit) {
		return new RateLimiterSettings(name, DEFAULT_PLAN, name, limit, FailureMode.LOCAL, Enforcement.ENFORCE);
	}

	RateLimitRequest request(String key, long cost) {
		return new RateLimitRequest(List.of(new Counter(this.counterName, key, this.limit)), cost, this.failureMode);
	}

}
