package io.github.ratelimit.autoconfigure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Rate;
import io.github.ratelimit.RateLimiterSettings;
import io.github.ratelimit.algorithm.TokenBucket;
import io.github.ratelimit.identity.Caller;
import io.github.ratelimit.tier.Tier;
import org.jspecify.annotations.Nullable;

/**
 * Makes tiers of properties, and adds those that exist unless set.
 */
final class TierFactory {

	private static final Map<String, BuiltIn> BUILT_IN = Map.of( //
			"ai", BuiltIn.plans("2/s", 5, "0.5/s", 2), //
			"api", BuiltIn.plans("10/s", 20, "5/s", 10), //
			"auth", BuiltIn.all("0.5/s", 3));

	private final RateLimitProperties properties;

	TierFactory(RateLimitProperties properties) {
		this.properties = properties;
	}

	List<Tier> tiers() {
		Map<String, RateLimitProperties.Tier> tiers = new LinkedHashMap<>(this.properties.getTiers());
		BUILT_IN.keySet().forEach((name) -> tiers.putIfAbsent(name, new RateLimitProperties.Tier()));
		List<Tier> result = new ArrayList<>();
		tiers.forEach((name, tier) -> result.add(tier(name, tier)));
		return result;
	}

	private Tier tier(String name, RateLimitProperties.Tier tier) {
		String property = "ratelimit.tiers." + name;
		if (!Limit.isName(name)) {
			throw new InvalidRateLimitConfigurationException(property, null, "'" + name + "' is not a tier's name",
					"Name the tier with 1 to 64 letters, digits, '.', '_' and '-', beginning with a letter or digit.");
		}
		Limit own = limit(property, name, tier);
		Map<String, Limit> plans = new LinkedHashMap<>();
		BuiltIn builtIn = BUILT_IN.get(name);
		if (builtIn != null && own == null) {
			own = builtIn.own(name);
			plans.putAll(builtIn.plans(name));
		}
		for (Map.Entry<String, RateLimitProperties.Plan> plan : tier.getPlans().entrySet()) {
			if (plan.getKey().equals(RateLimiterSettings.DEFAULT_PLAN)) {
				throw new InvalidRateLimitConfigurationException(property + ".plans." + plan.getKey(), null,
						"'default' is what the limit of callers on no plan is called",
						"Give the plan another name, or set '%s.rate' for callers on no plan.".formatted(property));
			}
			plans.put(plan.getKey(), requiredLimit(property + ".plans." + plan.getKey(), name, plan.getValue()));
		}
		if (own == null && !plans.containsKey(Caller.ANONYMOUS)) {
			throw new InvalidRateLimitConfigurationException(property + ".rate", null,
					"callers on no plan of this tier would have no limit",
					"Set '%s.rate', or '%s.plans.anonymous.rate'.".formatted(property, property));
		}
		FailureMode failureMode = (tier.getFailureMode() != null) ? tier.getFailureMode()
				: this.properties.getFailureMode();
		return new Tier(name, own, plans, tier.getKey(), tier.getScope(), failureMode, tier.getEnforcement());
	}

	private static Limit requiredLimit(String property, String name, RateLimitProperties.Plan plan) {
		Limit limit = limit(property, name, plan);
		if (limit == null) {
			throw new InvalidRateLimitConfigurationException(property + ".rate", null, "the plan has no rate",
					"Set '%s.rate', such as 2/s or 100/m.".formatted(property));
		}
		return limit;
	}

	private static @Nullable Limit limit(String property, String name, RateLimitProperties.Plan plan) {
		Rate rate = plan.getRate();
		Long burst = plan.getBurst();
		if (rate == null) {
			if (burst != null) {
				throw new InvalidRateLimitConfigurationException(property + ".burst", burst.toString(),
						"a burst needs a rate at which it is refilled",
						"Set '%s.rate' too, such as 2/s or 100/m.".formatted(property));
			}
			return null;
		}
		if (burst != null && burst < 1) {
			throw new InvalidRateLimitConfigurationException(property + ".burst", burst.toString(),
					"a burst below 1 would refuse every request",
					"Set '%s.burst' to at least 1, or leave it out for a burst of %d.".formatted(property,
							rate.quota()));
		}
		Limit limit = new Limit(name, rate, (burst != null) ? burst : rate.quota());
		try {
			TokenBucket.of(limit);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidRateLimitConfigurationException(property + ".rate", rate.toString(),
					"with a burst of " + limit.burst() + " it cannot be counted exactly",
					"Choose a smaller burst, or a window that the quota divides better.");
		}
		return limit;
	}

	/**
	 * Limits of a tier that exists unless set.
	 */
	private record BuiltIn(@Nullable Limit limit, Map<String, Limit> byPlan) {

		static BuiltIn plans(String authenticated, long authenticatedBurst, String anonymous, long anonymousBurst) {
			return new BuiltIn(null, Map.of(Caller.AUTHENTICATED, Limit.of(authenticated).withBurst(authenticatedBurst),
					Caller.ANONYMOUS, Limit.of(anonymous).withBurst(anonymousBurst)));
		}

		static BuiltIn all(String rate, long burst) {
			return new BuiltIn(Limit.of(rate).withBurst(burst), Map.of());
		}

		@Nullable Limit own(String name) {
			return (this.limit != null) ? this.limit.withName(name) : null;
		}

		Map<String, Limit> plans(String name) {
			Map<String, Limit> plans = new LinkedHashMap<>();
			this.byPlan.forEach((plan, limit) -> plans.put(plan, limit.withName(name)));
			return plans;
		}

	}

}
