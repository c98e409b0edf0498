package io.github.ratelimit;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Use of something that a tier limits, to be charged together with others.
 *
 * @param tier name of the tier
 * @param plan plan of the caller, {@code null} for none
 * @param key whose count it is, not blank
 * @param cost units to charge, not negative; 0 only asks
 */
public record TierUse(String tier, @Nullable String plan, String key, long cost) {

	/**
	 * Check the use.
	 * @throws IllegalArgumentException if the cost is negative
	 */
	public TierUse {
		Objects.requireNonNull(tier, "tier must not be null");
		Objects.requireNonNull(key, "key must not be null");
		if (cost < 0) {
			throw new IllegalArgumentException("A cost must not be negative, but is " + cost);
		}
	}

	/**
	 * Return the use of one unit by a caller of no plan.
	 * @param tier name of the tier
	 * @param key whose count it is
	 * @return the use
	 */
	public static TierUse of(String tier, String key) {
		return new TierUse(tier, null, key, 1);
	}

	/**
	 * Return this use with another cost.
	 * @param cost units to charge
	 * @return the use
	 */
	public TierUse withCost(long cost) {
		return new TierUse(this.tier, this.plan, this.key, cost);
	}

	/**
	 * Return this use by a caller of a plan.
	 * @param plan name of the plan
	 * @return the use
	 */
	public TierUse withPlan(String plan) {
		return new TierUse(this.tier, plan, this.key, this.cost);
	}

}
