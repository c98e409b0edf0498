package io.github.ratelimit.autoconfigure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimiterSettings;
import io.github.ratelimit.identity.Caller;
import io.github.ratelimit.tier.Tier;
import io.github.ratelimit.tier.TierRateLimiters;
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

	private final Map<String, BuiltIn> builtIn;

	private final CallerKeyFactory keys;

	/**
	 * Create a factory.
	 * @param service whether this application decides for others, which need not name a
	 * tier
	 */
	TierFactory(RateLimitProperties properties, boolean service, CallerKeyFactory keys) {
		this.properties = properties;
		this.builtIn = new TreeMap<>(BUILT_IN);
		if (service) {
			this.builtIn.put(TierRateLimiters.DEFAULT_TIER, BuiltIn.all("100/60s", 100));
		}
		this.keys = keys;
	}

	List<Tier> tiers() {
		Map<String, TierProperties> tiers = new LinkedHashMap<>(this.properties.getTiers());
		this.builtIn.keySet().forEach((name) -> tiers.putIfAbsent(name, new TierProperties()));
		List<Tier> result = new ArrayList<>();
		tiers.forEach((name, tier) -> result.add(tier(name, tier)));
		result.stream().filter((tier) -> tier.gate() != null).forEach((tier) -> requireNoGate(tier, result));
		return result;
	}

	/**
	 * Check that the gate of a tier has none itself, which nobody would ask.
	 */
	private static void requireNoGate(Tier tier, List<Tier> tiers) {
		tiers.stream()
			.filter((gate) -> gate.name().equals(tier.gate()) && gate.gate() != null)
			.findFirst()
			.ifPresent((gate) -> {
				throw new InvalidRateLimitConfigurationException("ratelimit.tiers." + tier.name() + ".gate",
						tier.gate(), "that tier has a gate itself",
						"Name a tier without a gate, such as '%s'.".formatted(gate.gate()));
			});
	}

	private Tier tier(String name, TierProperties tier) {
		String property = "ratelimit.tiers." + name;
		if (!Limit.isName(name)) {
			throw new InvalidRateLimitConfigurationException(property, null, "'" + name + "' is not a tier's name",
					"Name the tier with 1 to 64 letters, digits, '.', '_' and '-', beginning with a letter or digit.");
		}
		if (name.equals(RouteProperties.NO_TIER)) {
			throw new InvalidRateLimitConfigurationException(property, null,
					"'none' is what a route names that limits nothing", "Give the tier another name.");
		}
		LimitFactory limits = new LimitFactory(name, Algorithm.TOKEN_BUCKET);
		List<Limit> own = limits.limits(property, tier);
		Map<String, List<Limit>> plans = new LinkedHashMap<>();
		BuiltIn builtIn = this.builtIn.get(name);
		if (builtIn != null && own.isEmpty()) {
			own = builtIn.own(name);
			plans.putAll(builtIn.plans(name));
		}
		for (Map.Entry<String, PlanProperties> plan : tier.getPlans().entrySet()) {
			if (plan.getKey().equals(RateLimiterSettings.DEFAULT_PLAN)) {
				throw new InvalidRateLimitConfigurationException(property + ".plans." + plan.getKey(), null,
						"'default' is what the limit of callers on no plan is called",
						"Give the plan another name, or set '%s.rate' for callers on no plan.".formatted(property));
			}
			plans.put(plan.getKey(), limits.requiredLimits(property + ".plans." + plan.getKey(), plan.getValue()));
		}
		if (own.isEmpty() && !plans.containsKey(Caller.ANONYMOUS)) {
			throw new InvalidRateLimitConfigurationException(property + ".rate", null,
					"callers on no plan of this tier would have no limit",
					"Set '%s.rate', or '%s.plans.anonymous.rate'.".formatted(property, property));
		}
		FailureMode failureMode = (tier.getFailureMode() != null) ? tier.getFailureMode()
				: this.properties.getFailureMode();
		return new Tier(name, own, plans, this.keys.key(property, tier), tier.getScope(), failureMode,
				tier.getEnforcement(), gate(property, name, tier.getGate()));
	}

	private static @Nullable String gate(String property, String name, @Nullable String gate) {
		if (gate != null && (gate.isBlank() || gate.strip().equals(name))) {
			throw new InvalidRateLimitConfigurationException(property + ".gate", gate,
					(gate.isBlank()) ? "it is blank" : "a tier cannot be its own gate",
					"Set '%s.gate' to the name of another tier, or leave it out.".formatted(property));
		}
		return (gate != null) ? gate.strip() : null;
	}

	/**
	 * Limits of a tier that exists unless set.
	 */
	private record BuiltIn(List<Limit> limits, Map<String, Limit> byPlan) {

		static BuiltIn plans(String authenticated, long authenticatedBurst, String anonymous, long anonymousBurst) {
			return new BuiltIn(List.of(),
					Map.of(Caller.AUTHENTICATED, Limit.of(authenticated).withBurst(authenticatedBurst),
							Caller.ANONYMOUS, Limit.of(anonymous).withBurst(anonymousBurst)));
		}

		static BuiltIn all(String rate, long burst) {
			return new BuiltIn(List.of(Limit.of(rate).withBurst(burst)), Map.of());
		}

		List<Limit> own(String name) {
			return this.limits.stream().map((limit) -> limit.withName(name)).toList();
		}

		Map<String, List<Limit>> plans(String name) {
			Map<String, List<Limit>> plans = new LinkedHashMap<>();
			this.byPlan.forEach((plan, limit) -> plans.put(plan, List.of(limit.withName(name))));
			return plans;
		}

	}

}
