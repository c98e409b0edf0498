package io.github.ratelimit.tier;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

import io.github.ratelimit.Enforcement;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimiterSettings;
import io.github.ratelimit.identity.Caller;
import org.jspecify.annotations.Nullable;

/**
 * A named limit, with others for some plans. Immutable.
 *
 * @param name the tier's name, of the form a {@linkplain Limit#name() limit's name} has
 * @param limit limit of callers whose plan has none of its own, {@code null} if every
 * caller is on a plan
 * @param plans limits by plan
 * @param key whose count a request is charged to
 * @param scope what one count is for
 * @param failureMode what happens while the store cannot decide
 * @param enforcement whether refusals are obeyed
 */
public record Tier(String name, @Nullable Limit limit, Map<String, Limit> plans, KeySource key, Scope scope,
		FailureMode failureMode, Enforcement enforcement) {

	/**
	 * Check the tier.
	 * @throws IllegalArgumentException if the name is not of the form above, if there is
	 * neither a limit nor one for the plan {@value Caller#ANONYMOUS}, so that some
	 * callers would have none, or if a plan is called
	 * {@value RateLimiterSettings#DEFAULT_PLAN}, which is the name of the tier's own
	 * limit
	 */
	public Tier {
		Objects.requireNonNull(name, "name must not be null");
		Objects.requireNonNull(key, "key must not be null");
		Objects.requireNonNull(scope, "scope must not be null");
		Objects.requireNonNull(failureMode, "failureMode must not be null");
		Objects.requireNonNull(enforcement, "enforcement must not be null");
		plans = Map.copyOf(plans);
		if (!Limit.isName(name)) {
			throw new IllegalArgumentException("A tier's name is 1 to 64 letters, digits, '.', '_' and '-', "
					+ "beginning with a letter or digit, not '" + name + "'");
		}
		if (plans.containsKey(RateLimiterSettings.DEFAULT_PLAN)) {
			throw new IllegalArgumentException("Tier '" + name + "' cannot have a plan '"
					+ RateLimiterSettings.DEFAULT_PLAN + "': so its own limit is called");
		}
		if (limit == null && !plans.containsKey(Caller.ANONYMOUS)) {
			throw new IllegalArgumentException(
					"Tier '" + name + "' needs a limit of its own or one for the plan '" + Caller.ANONYMOUS + "'");
		}
	}

	/**
	 * Return the plan whose limit holds: the first of the candidates that this tier
	 * names.
	 * @param candidates plans a caller may be on, the preferred first
	 * @return the plan; {@value RateLimiterSettings#DEFAULT_PLAN} for the tier's own
	 * limit
	 */
	String plan(List<String> candidates) {
		for (String candidate : candidates) {
			if (this.plans.containsKey(candidate)) {
				return candidate;
			}
		}
		return (this.limit != null) ? RateLimiterSettings.DEFAULT_PLAN : Caller.ANONYMOUS;
	}

	/**
	 * Return all limits of this tier, by the plan that decisions made with them name.
	 * @return the limits, sorted by plan; {@value RateLimiterSettings#DEFAULT_PLAN} for
	 * the tier's own
	 */
	public SortedMap<String, Limit> limitsByPlan() {
		SortedMap<String, Limit> limits = new TreeMap<>();
		if (this.limit != null) {
			limits.put(RateLimiterSettings.DEFAULT_PLAN, this.limit);
		}
		limits.putAll(this.plans);
		return Collections.unmodifiableSortedMap(limits);
	}

	/**
	 * Return the name under which the store counts calls of an endpoint.
	 */
	String counterName(@Nullable String endpoint) {
		return (this.scope == Scope.ENDPOINT && endpoint != null) ? this.name + "@" + endpoint : this.name;
	}

	RateLimiterSettings settings(String plan, @Nullable String endpoint) {
		Limit planLimit = this.plans.getOrDefault(plan, this.limit);
		return new RateLimiterSettings(this.name, plan, counterName(endpoint), Objects.requireNonNull(planLimit),
				this.failureMode, this.enforcement);
	}

}
