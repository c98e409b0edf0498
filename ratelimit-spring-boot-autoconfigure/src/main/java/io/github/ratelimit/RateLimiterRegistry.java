package io.github.ratelimit;

import java.util.Set;

/**
 * The application's limiters, by the name of their tier. Safe for use by many threads.
 */
public interface RateLimiterRegistry {

	/**
	 * Return the limiter of a tier for callers of no plan: the tier's own limit, or,
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
	 * Return the names of the tiers there are.
	 * @return the names
	 */
	Set<String> getTiers();

}
