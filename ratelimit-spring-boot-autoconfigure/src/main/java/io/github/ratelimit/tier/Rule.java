package io.github.ratelimit.tier;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import io.github.ratelimit.Enforcement;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitMode;
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
 * @param countedAsTier names of those limits that are counted as the tier counts, where
 * there is one, and not by their own algorithm
 * @param modeAsTier names of those of {@code countedAsTier} whose mode is that of the
 * tier too; a limit of {@link LimitMode#LEASED} says its mode, and is none of them
 */
public record Rule(RuleTarget target, List<Limit> limits, @Nullable FailureMode failureMode,
		@Nullable Enforcement enforcement, int percentage, @Nullable Instant validFrom, @Nullable Instant validTo,
		Set<String> countedAsTier, Set<String> modeAsTier) {

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
		countedAsTier = Set.copyOf(countedAsTier);
		modeAsTier = limits.stream()
			.filter((limit) -> limit.mode() == LimitMode.STRICT)
			.map(Limit::name)
			.filter(countedAsTier::contains)
			.filter(modeAsTier::contains)
			.collect(Collectors.toUnmodifiableSet());
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
	 * Create a rule whose limits have the mode of the tier where they are counted as it
	 * counts, unless they are of {@link LimitMode#LEASED}.
	 * @param target for whom and what it holds
	 * @param limits the limits
	 * @param failureMode what happens while the store cannot decide, or {@code null}
	 * @param enforcement whether refusals are obeyed, or {@code null}
	 * @param percentage keys of a hundred for which it is enforced
	 * @param validFrom when it begins to hold, or {@code null}
	 * @param validTo when it ends to hold, or {@code null}
	 * @param countedAsTier names of limits that are counted as the tier counts
	 * @throws InvalidRuleException as above
	 */
	public Rule(RuleTarget target, List<Limit> limits, @Nullable FailureMode failureMode,
			@Nullable Enforcement enforcement, int percentage, @Nullable Instant validFrom, @Nullable Instant validTo,
			Set<String> countedAsTier) {
		this(target, limits, failureMode, enforcement, percentage, validFrom, validTo, countedAsTier, countedAsTier);
	}

	/**
	 * Create a rule whose limits all have their own algorithm and mode.
	 * @param target for whom and what it holds
	 * @param limits the limits
	 * @param failureMode what happens while the store cannot decide, or {@code null}
	 * @param enforcement whether refusals are obeyed, or {@code null}
	 * @param percentage keys of a hundred for which it is enforced
	 * @param validFrom when it begins to hold, or {@code null}
	 * @param validTo when it ends to hold, or {@code null}
	 * @throws InvalidRuleException as above
	 */
	public Rule(RuleTarget target, List<Limit> limits, @Nullable FailureMode failureMode,
			@Nullable Enforcement enforcement, int percentage, @Nullable Instant validFrom, @Nullable Instant validTo) {
		this(target, limits, failureMode, enforcement, percentage, validFrom, validTo, Set.of());
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
	 * Return the same rule for somebody else, or for another time.
	 * @param target for whom and what it holds
	 * @param validFrom when it begins to hold, or {@code null}
	 * @param validTo when it ends to hold, or {@code null}
	 * @return the rule
	 * @throws InvalidRuleException as above
	 */
	public Rule with(RuleTarget target, @Nullable Instant validFrom, @Nullable Instant validTo) {
		return new Rule(target, this.limits, this.failureMode, this.enforcement, this.percentage, validFrom, validTo,
				this.countedAsTier, this.modeAsTier);
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
	 * Return the limits as they hold for something. None of them is such that it could
	 * not be counted, or would be like another: who wrote the rule cannot know all it is
	 * for.
	 * @param endpoint what is limited
	 * @param tier limits of the tier of this name, empty if there is none
	 */
	List<Limit> limits(String endpoint, List<Limit> tier) {
		boolean taken = this.limits.stream().anyMatch((limit) -> limit.name().equals(endpoint));
		return this.limits.stream().map((limit) -> {
			boolean unnamed = limit.name().equals(Limit.DEFAULT_NAME) && !taken;
			Limit named = (unnamed) ? limit.withName(endpoint) : limit;
			return (this.countedAsTier.contains(limit.name()))
					? CountedAs.like(tier, named, this.modeAsTier.contains(limit.name())) : named;
		}).toList();
	}

}
