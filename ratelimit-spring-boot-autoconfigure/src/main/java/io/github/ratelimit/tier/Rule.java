package io.github.ratelimit.tier;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

import io.github.ratelimit.Enforcement;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimiterSettings;
import org.jspecify.annotations.Nullable;

/**
 * Limits set at run time, for one client, one plan, one tier or all. Immutable.
 * <p>
 * A rule that is only watched ({@link Enforcement#SHADOW}), or that is enforced for other
 * keys than the one that asks, is counted beside what holds without it, and refuses
 * nobody.
 *
 * @param target for whom and what it holds
 * @param limits the limits, which all have to allow a request; at least one, with names
 * that differ. One that is called {@value Limit#DEFAULT_NAME} takes the name of what it
 * limits
 * @param failureMode what happens while the store cannot decide, {@code null} for what
 * the tier says
 * @param enforcement whether refusals are obeyed, {@code null} for what the tier says
 * @param percentage keys of a hundred for which it is enforced, 0 to 100; they stay the
 * same while it grows
 * @param validFrom when it begins to hold, {@code null} if it always did
 * @param validTo when it ends to hold, {@code null} if it never does
 */
public record Rule(RuleTarget target, List<Limit> limits, @Nullable FailureMode failureMode,
		@Nullable Enforcement enforcement, int percentage, @Nullable Instant validFrom, @Nullable Instant validTo) {

	/**
	 * Percentage of a rule that is enforced for every key.
	 */
	public static final int ALL_KEYS = 100;

	/**
	 * Most limits that a rule can have.
	 */
	public static final int MAX_LIMITS = 8;

	/**
	 * Check the rule.
	 * @throws InvalidRuleException if there is no limit, there are more than
	 * {@value #MAX_LIMITS}, two have one name, the percentage is out of range, or the
	 * rule would end before it begins
	 */
	public Rule {
		Objects.requireNonNull(target, "target must not be null");
		limits = List.copyOf(limits);
		if (limits.isEmpty() || limits.size() > MAX_LIMITS) {
			throw new InvalidRuleException("limits", "a rule has 1 to " + MAX_LIMITS + " limits");
		}
		if (limits.stream().map(Limit::name).distinct().count() < limits.size()) {
			throw new InvalidRuleException("limits", "their names must differ");
		}
		if (percentage < 0 || percentage > ALL_KEYS) {
			throw new InvalidRuleException("percentage", "it must be 0 to 100, not " + percentage);
		}
		if (validFrom != null && validTo != null && !validFrom.isBefore(validTo)) {
			throw new InvalidRuleException("valid_to", "it must be after 'valid_from'");
		}
	}

	/**
	 * Create a rule that is enforced for every key, always.
	 * @param target for whom and what it holds
	 * @param limits the limits
	 * @throws InvalidRuleException as above
	 */
	public Rule(RuleTarget target, List<Limit> limits) {
		this(target, limits, null, null, ALL_KEYS, null, null);
	}

	/**
	 * Return whether this rule holds at a time.
	 * @param time the time
	 * @return {@code true} from {@link #validFrom()} on until before {@link #validTo()}
	 */
	public boolean isValidAt(Instant time) {
		return (this.validFrom == null || !time.isBefore(this.validFrom))
				&& (this.validTo == null || time.isBefore(this.validTo));
	}

	boolean isAlwaysValid() {
		return this.validFrom == null && this.validTo == null;
	}

	/**
	 * Return whether this rule decides for a key, and is not only watched.
	 * @param key whose count it is
	 * @return {@code true} if what it says holds
	 */
	public boolean isEnforcedFor(String key) {
		return this.enforcement != Enforcement.SHADOW && KeyShare.of(this.target, key) < this.percentage;
	}

	/**
	 * Return the settings by which requests are decided.
	 * @param endpoint what is limited
	 * @param plan plan that decisions name
	 * @param counter name under which counts are kept
	 * @param failureMode what happens while the store cannot decide, unless this says
	 * @param enforcement whether refusals are obeyed, unless this says
	 */
	RateLimiterSettings settings(String endpoint, String plan, String counter, FailureMode failureMode,
			Enforcement enforcement) {
		List<Limit> named = this.limits.stream()
			.map((limit) -> (limit.name().equals(Limit.DEFAULT_NAME)) ? limit.withName(endpoint) : limit)
			.toList();
		return new RateLimiterSettings(endpoint, plan, counter, named,
				(this.failureMode != null) ? this.failureMode : failureMode, enforcement);
	}

}
