package io.github.ratelimit.tier;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.github.ratelimit.Enforcement;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimiterSettings;
import io.github.ratelimit.identity.Caller;
import io.github.ratelimit.identity.CallerKey;
import org.jspecify.annotations.Nullable;

/**
 * A named group of limits, with others for some plans. Immutable.
 *
 * @param name the tier's name, of the form a {@linkplain Limit#name() limit's name} has
 * @param limits limits of callers whose plan has none of its own, which all have to allow
 * a request; empty if every caller is on a plan
 * @param plans limits by plan, at least one for each
 * @param key whose count a request is charged to
 * @param scope what one count is for
 * @param failureMode what happens while the store cannot decide
 * @param enforcement whether refusals are obeyed
 * @param gate name of a tier that has to allow each request too, {@code null} for none
 */
public record Tier(String name, List<Limit> limits, Map<String, List<Limit>> plans, CallerKey key, Scope scope,
		FailureMode failureMode, Enforcement enforcement, @Nullable String gate) {

	/**
	 * Check the tier.
	 * @throws IllegalArgumentException if the name is not of the form above, if there is
	 * neither a limit nor one for the plan {@value Caller#ANONYMOUS}, so that some
	 * callers would have none, if a plan has no limit, or is called
	 * {@value RateLimiterSettings#DEFAULT_PLAN}, which is the name of the tier's own
	 * limits, or if the tier is its own gate
	 */
	public Tier {
		Objects.requireNonNull(name, "name must not be null");
		Objects.requireNonNull(key, "key must not be null");
		Objects.requireNonNull(scope, "scope must not be null");
		Objects.requireNonNull(failureMode, "failureMode must not be null");
		Objects.requireNonNull(enforcement, "enforcement must not be null");
		limits = List.copyOf(limits);
		plans = plans.entrySet()
			.stream()
			.collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, (plan) -> List.copyOf(plan.getValue())));
		if (!Limit.isName(name)) {
			throw new IllegalArgumentException("A tier's name is 1 to 64 letters, digits, '.', '_' and '-', "
					+ "beginning with a letter or digit, not '" + name + "'");
		}
		plans.forEach((plan, planLimits) -> {
			if (planLimits.isEmpty()) {
				throw new IllegalArgumentException("Plan '" + plan + "' of tier '" + name + "' needs a limit");
			}
		});
		if (plans.containsKey(RateLimiterSettings.DEFAULT_PLAN)) {
			throw new IllegalArgumentException("Tier '" + name + "' cannot have a plan '"
					+ RateLimiterSettings.DEFAULT_PLAN + "': so its own limit is called");
		}
		if (limits.isEmpty() && !plans.containsKey(Caller.ANONYMOUS)) {
			throw new IllegalArgumentException(
					"Tier '" + name + "' needs a limit of its own or one for the plan '" + Caller.ANONYMOUS + "'");
		}
		if (name.equals(gate)) {
			throw new IllegalArgumentException("Tier '" + name + "' cannot be its own gate");
		}
	}

	/**
	 * Create a tier without a gate.
	 * @param name the tier's name
	 * @param limits limits of callers whose plan has none of its own
	 * @param plans limits by plan
	 * @param key whose count a request is charged to
	 * @param scope what one count is for
	 * @param failureMode what happens while the store cannot decide
	 * @param enforcement whether refusals are obeyed
	 * @throws IllegalArgumentException as above
	 */
	public Tier(String name, List<Limit> limits, Map<String, List<Limit>> plans, CallerKey key, Scope scope,
			FailureMode failureMode, Enforcement enforcement) {
		this(name, limits, plans, key, scope, failureMode, enforcement, null);
	}

	/**
	 * Return the plan whose limit holds: the first of the candidates that this tier
	 * names.
	 * @param candidates plans a caller may be on, the preferred first
	 * @return the plan; {@value RateLimiterSettings#DEFAULT_PLAN} for the tier's own
	 * limits
	 */
	String plan(List<String> candidates) {
		for (String candidate : candidates) {
			if (this.plans.containsKey(candidate)) {
				return candidate;
			}
		}
		return (!this.limits.isEmpty()) ? RateLimiterSettings.DEFAULT_PLAN : Caller.ANONYMOUS;
	}

	/**
	 * Return all limits of this tier, by the plan that decisions made with them name.
	 * @return the limits, sorted by plan; {@value RateLimiterSettings#DEFAULT_PLAN} for
	 * the tier's own
	 */
	public SortedMap<String, List<Limit>> limitsByPlan() {
		SortedMap<String, List<Limit>> byPlan = new TreeMap<>(this.plans);
		if (!this.limits.isEmpty()) {
			byPlan.put(RateLimiterSettings.DEFAULT_PLAN, this.limits);
		}
		return Collections.unmodifiableSortedMap(byPlan);
	}

	/**
	 * Return on which level this tier's limits for a plan are looked up.
	 */
	RuleLevel level(String plan) {
		if (this.plans.containsKey(plan)) {
			return RuleLevel.PLAN;
		}
		return (this.name.equals(TierRateLimiters.DEFAULT_TIER)) ? RuleLevel.DEFAULT : RuleLevel.TIER;
	}

	/**
	 * Return the name under which the store counts calls of an endpoint.
	 */
	String counterName(@Nullable String endpoint) {
		return (this.scope == Scope.ENDPOINT && endpoint != null) ? this.name + "@" + endpoint : this.name;
	}

	RateLimiterSettings settings(String plan, @Nullable String endpoint) {
		return new RateLimiterSettings(this.name, plan, counterName(endpoint),
				this.plans.getOrDefault(plan, this.limits), this.failureMode, this.enforcement);
	}

}
