package io.github.ratelimit.tier;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.identity.Caller;
import io.github.ratelimit.identity.PlanResolver;
import org.jspecify.annotations.Nullable;

/**
 * Where every limited call comes in, by route or by annotation: finds its tier, key and
 * plan, asks the limiter, and sees to it that a request that comes in both ways is
 * charged once. Safe for use by many threads.
 */
public final class TierGate {

	private final TierRateLimiters limiters;

	private final List<PlanResolver> planResolvers;

	/**
	 * Create a gate.
	 * @param limiters the tiers' limiters
	 * @param planResolvers who knows callers' plans, asked in this order
	 */
	public TierGate(TierRateLimiters limiters, List<PlanResolver> planResolvers) {
		this.limiters = Objects.requireNonNull(limiters, "limiters must not be null");
		this.planResolvers = List.copyOf(planResolvers);
	}

	/**
	 * Decide a request to a route, before it is known which annotated methods it will
	 * call: what it is charged counts towards those of the same tier and key. In a tier
	 * of scope {@link Scope#ENDPOINT} they have counts of their own, and are charged too.
	 * @param call what is called
	 * @param request the request in progress
	 * @return the decision
	 */
	public RateLimitDecision enterRoute(TierCall call, RequestDecisions request) {
		Tier tier = this.limiters.tier(call.tier());
		String key = key(tier, call);
		RateLimitDecision decision = limiter(tier, call).tryAcquire(key, call.cost());
		request.addPrepaid(tier.name(), tier.counterName(call.endpoint()), key, call.cost(), decision);
		return decision;
	}

	/**
	 * Decide a call of an annotated method.
	 * @param call what is called
	 * @param request the HTTP request in progress, {@code null} if there is none
	 * @return the decision
	 */
	public RateLimitDecision enterMethod(TierCall call, @Nullable RequestDecisions request) {
		Tier tier = this.limiters.tier(call.tier());
		String key = key(tier, call);
		if (request == null) {
			return limiter(tier, call).tryAcquire(key, call.cost());
		}
		RequestDecisions.Prepaid prepaid = request.takePrepaid(tier.counterName(call.endpoint()), key, call.cost());
		if (prepaid != null && prepaid.units() == call.cost()) {
			return prepaid.decision();
		}
		long owed = call.cost() - ((prepaid != null) ? prepaid.units() : 0);
		RateLimiter limiter = limiter(tier, call);
		RateLimitDecision decision = limiter.tryAcquire(key, owed);
		if (!decision.allowed() && owed < call.cost()) {
			decision = limiter.tryAcquire(key, call.cost());
		}
		request.add(tier.name(), decision);
		return decision;
	}

	private String key(Tier tier, TierCall call) {
		return (call.key() != null) ? call.key() : tier.key().key(call.caller());
	}

	private RateLimiter limiter(Tier tier, TierCall call) {
		return this.limiters.limiter(tier, plans(call.caller()), call.endpoint());
	}

	private List<String> plans(Caller caller) {
		List<String> plans = new ArrayList<>(2);
		for (PlanResolver resolver : this.planResolvers) {
			String plan = resolver.resolve(caller);
			if (plan != null) {
				plans.add(plan);
				break;
			}
		}
		plans.add(caller.plan());
		return plans;
	}

}
