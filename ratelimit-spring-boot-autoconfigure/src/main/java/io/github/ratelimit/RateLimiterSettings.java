package io.github.ratelimit;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link RateLimiter} limits, and how.
 *
 * @param name name of the limiter, for a tier the tier's name
 * @param plan plan the limits are taken from, {@value #DEFAULT_PLAN} if there is none
 * @param counterName name under which the store keeps the counts
 * @param limits the limits, which all have to allow a request; at least one, with names
 * that differ
 * @param failureMode what happens while the store cannot decide
 * @param enforcement whether refusals are obeyed
 */
public record RateLimiterSettings(String name, String plan, String counterName, List<Limit> limits,
		FailureMode failureMode, Enforcement enforcement) {

	/**
	 * Plan of a limiter that knows none.
	 */
	public static final String DEFAULT_PLAN = "default";

	/**
	 * Check the settings.
	 * @throws IllegalArgumentException if there is no limit, or two have one name
	 */
	public RateLimiterSettings {
		Objects.requireNonNull(name, "name must not be null");
		Objects.requireNonNull(plan, "plan must not be null");
		Objects.requireNonNull(counterName, "counterName must not be null");
		Objects.requireNonNull(failureMode, "failureMode must not be null");
		Objects.requireNonNull(enforcement, "enforcement must not be null");
		limits = List.copyOf(limits);
		if (limits.isEmpty()) {
			throw new IllegalArgumentException("Limiter '" + name + "' needs at least one limit");
		}
		if (limits.stream().map(Limit::name).distinct().count() < limits.size()) {
			throw new IllegalArgumentException("Limiter '" + name + "' needs limits whose names differ, not "
					+ limits.stream().map(Limit::name).collect(Collectors.joining(", ")));
		}
	}

	/**
	 * Return the settings of an enforced limiter without plans whose failure mode is
	 * {@link FailureMode#LOCAL}.
	 * @param name name of the limiter, and of its counts
	 * @param limits the limits
	 * @return the settings
	 */
	public static RateLimiterSettings of(String name, Limit... limits) {
		return new RateLimiterSettings(name, DEFAULT_PLAN, name, List.of(limits), FailureMode.LOCAL,
				Enforcement.ENFORCE);
	}

	/**
	 * Return the limit, if it is the only one and enforced.
	 */
	@Nullable Limit onlyLimit() {
		return (this.limits.size() == 1 && this.enforcement == Enforcement.ENFORCE) ? this.limits.get(0) : null;
	}

	List<Counter> counters(String key) {
		List<Counter> counters = new ArrayList<>(this.limits.size());
		for (Limit limit : this.limits) {
			counters.add(new Counter(this.counterName, key, limit));
		}
		return counters;
	}

}
