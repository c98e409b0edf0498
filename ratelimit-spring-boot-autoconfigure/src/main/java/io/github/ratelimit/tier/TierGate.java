package io.github.ratelimit.tier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.ratelimit.Enforcement;
import io.github.ratelimit.JointRateLimiter;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimiterSettings;
import io.github.ratelimit.identity.Caller;
import io.github.ratelimit.identity.MissingKeyException;
import io.github.ratelimit.identity.PlanResolver;
import org.jspecify.annotations.Nullable;

/**
 * Where every limited call comes in, by route or by annotation: finds its tiers, keys and
 * plan, asks their limiters all at once, and sees to it that a request that comes in both
 * ways is charged once, and not at all if it is refused. Safe for use by many threads.
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
	 * call: what it is charged counts towards those of the same tier and key, and is
	 * given back if they are refused. In a tier of scope {@link Scope#ENDPOINT} they have
	 * counts of their own, and are charged too.
	 * @param calls what is called, one in each tier
	 * @param request the request in progress
	 * @return what was decided: all are charged, or none
	 */
	public TierAdmission enterRoute(List<TierCall> calls, RequestDecisions request) {
		List<TierEntry> entries = entries(calls);
		TierQuestion asked = TierQuestion.ask(joint(), entries);
		TierCharges charges = asked.charges(joint());
		TierAdmission admission = asked.admission(charges);
		for (int i = 0; charges != null && i < entries.size(); i++) {
			RateLimitDecision decision = asked.decision(i);
			// A tier that is only watched may not have answered
			if (decision != null) {
				request.credit().add(entries.get(i), decision, charges, i);
			}
		}
		request.add(asked.decisions());
		return admission;
	}

	/**
	 * Decide a call of an annotated method.
	 * @param calls what is called, one for each annotation
	 * @param request the HTTP request in progress, {@code null} if there is none
	 * @return what was decided: all are charged, or none
	 */
	public TierAdmission enterMethod(List<TierCall> calls, @Nullable RequestDecisions request) {
		List<TierEntry> entries = entries(calls);
		if (request == null) {
			return admission(TierQuestion.ask(joint(), entries));
		}
		List<TierEntry> owed = request.credit().pay(entries);
		long start = System.nanoTime();
		TierQuestion asked = TierQuestion.askUntold(joint(), owed);
		if (!asked.allowed() && request.credit().giveBack(owed)) {
			// How long to wait for all of it, now that nothing is charged
			asked = TierQuestion.askUntold(joint(), entries);
		}
		asked.tell(joint(), Duration.ofNanos(System.nanoTime() - start));
		request.add(asked.decisions());
		return admission(asked);
	}

	private TierAdmission admission(TierQuestion asked) {
		return asked.admission(asked.charges(joint()));
	}

	private JointRateLimiter joint() {
		return this.limiters.joint();
	}

	/**
	 * Find what the calls come to: of each one in its tier, then what is asked of the
	 * gates before these tiers. A gate counts requests: one unit of each, whatever it
	 * costs and however many tiers are behind it.
	 */
	private List<TierEntry> entries(List<TierCall> calls) {
		List<TierEntry> entries = new ArrayList<>(calls.size() + 1);
		List<TierEntry> gates = new ArrayList<>(0);
		Map<Caller, List<String>> plans = new IdentityHashMap<>(2);
		for (int i = 0; i < calls.size(); i++) {
			TierCall call = calls.get(i);
			Tier tier = this.limiters.tier(call.tier());
			List<String> callerPlans = plans.computeIfAbsent(call.caller(), this::plans);
			String key = (call.key() != null) ? call.key() : key(tier, call.caller());
			add(entries, i, this.limiters.settings(tier, callerPlans, call.endpoint()), key, call.cost());
			if (tier.gate() != null && isGated(tier, call)) {
				Tier gate = this.limiters.tier(tier.gate());
				add(gates, i, this.limiters.settings(gate, callerPlans, null), key(gate, call.caller()),
						Math.min(1, call.cost()));
			}
		}
		gates.forEach((gate) -> addOnce(entries, gate));
		return entries;
	}

	/**
	 * Return whose count a call is charged to.
	 * @return {@code null} if it is not known, and the tier is only watched
	 * @throws MissingKeyException if it is not known, and the tier is enforced
	 */
	private static @Nullable String key(Tier tier, Caller caller) {
		try {
			return tier.key().of(caller);
		}
		catch (MissingKeyException ex) {
			if (tier.enforcement() == Enforcement.SHADOW) {
				return null;
			}
			throw ex;
		}
	}

	/**
	 * Return whether a call has to pass the gate of its tier. Nobody is turned away on
	 * account of a tier that is only watched.
	 */
	private static boolean isGated(Tier tier, TierCall call) {
		return tier.enforcement() == Enforcement.ENFORCE && call.caller().cameOverNetwork();
	}

	private static void add(List<TierEntry> entries, int call, RateLimiterSettings settings, @Nullable String key,
			long cost) {
		if (key != null) {
			entries.add(new TierEntry(call, settings, key, cost, null));
		}
	}

	private static void addOnce(List<TierEntry> entries, TierEntry gate) {
		if (entries.stream().noneMatch(gate::sharesCount)) {
			entries.add(gate);
		}
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
