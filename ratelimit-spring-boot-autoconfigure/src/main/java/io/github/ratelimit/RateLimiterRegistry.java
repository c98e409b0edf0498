package io.github.ratelimit;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * The application's limiters, by the name of their tier. Safe for use by many threads.
 */
public interface RateLimiterRegistry {

	/**
	 * Return the limiter of a tier for callers of no plan: the tier's own limits, or,
	 * where a tier has limits for plans only, that of the plan {@code anonymous}.
	 * @param tier name of the tier
	 * @return the limiter
	 * @throws UnknownTierException if there is no such tier
	 */
	RateLimiter get(String tier);

	/**
	 * Return the limiter of a tier for callers of a plan. Where the tier does not name
	 * the plan, it is that for callers of no plan.
	 * @param tier name of the tier
	 * @param plan name of the plan
	 * @return the limiter
	 * @throws UnknownTierException if there is no such tier
	 */
	RateLimiter get(String tier, String plan);

	/**
	 * Charge several tiers at once if each allows it, or else none: the most restrictive
	 * wins.
	 * @param uses what is charged to which tier and key, at least one
	 * @return the decision, with the limits of all in the order of the uses
	 * @throws UnknownTierException if there is no such tier
	 */
	RateLimitDecision tryAcquire(List<TierUse> uses);

	/**
	 * Charge several tiers at once if each allows it, or else none, without waiting.
	 * @param uses what is charged to which tier and key, at least one
	 * @return the decision to come
	 * @throws UnknownTierException if there is no such tier
	 */
	CompletionStage<RateLimitDecision> tryAcquireAsync(List<TierUse> uses);

	/**
	 * Charge several tiers at once or throw.
	 * @param uses what is charged to which tier and key, at least one
	 * @return the decision, an allowed one
	 * @throws RateLimitExceededException if one of the tiers refuses
	 * @throws UnknownTierException if there is no such tier
	 */
	RateLimitDecision checkOrThrow(List<TierUse> uses);

	/**
	 * Return the names of the tiers there are.
	 * @return the names
	 */
	Set<String> getTiers();

}
