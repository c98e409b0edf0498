package io.github.ratelimit.tier;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.github.ratelimit.Enforcement;
import io.github.ratelimit.JointRateLimiter;
import io.github.ratelimit.check.ThrottledErrors;
import io.github.ratelimit.identity.Caller;
import io.github.ratelimit.identity.MissingKeyException;
import io.github.ratelimit.identity.PlanResolver;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Where every limited call comes in, by route or by annotation: finds its tiers, keys and
 * plan, asks their limiters all at once, and sees to it that a request that comes in both
 * ways is charged once, and not at all if it is refused. Safe for use by many threads.
 */
public final class TierGate {

	private static final Log logger = LogFactory.getLog(TierGate.class);

	private final ThrottledErrors errors = new ThrottledErrors(logger);

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
		List<TierEntry> entries = request.credit().withoutPassed(entries(calls, request));
		TierQuestion asked = TierQuestion.ask(joint(), entries);
		if (asked.isCharged()) {
			request.credit().charge(asked);
		}
		request.add(asked.decisions());
		return new TierAdmission(asked);
	}

	/**
	 * Decide a call of an annotated method.
	 * @param calls what is called, one for each annotation
	 * @param request the HTTP request in progress, {@code null} if there is none
	 * @return what was decided: all are charged, or none
	 */
	public TierAdmission enterMethod(List<TierCall> calls, @Nullable RequestDecisions request) {
		if (request == null) {
			return new TierAdmission(TierQuestion.ask(joint(), entries(calls, null)));
		}
		List<TierEntry> entries = request.credit().withoutPassed(entries(calls, request));
		List<TierEntry> owed = request.credit().pay(entries);
		long start = System.nanoTime();
		TierQuestion asked = TierQuestion.askUntold(joint(), owed);
		if (!asked.allowed() && request.credit().giveBack(owed)) {
			// How long to wait for all of it, now that nothing is charged but at gates
			asked = TierQuestion.askUntold(joint(), entries);
		}
		asked.tell(System.nanoTime() - start);
		if (asked.allowed()) {
			request.credit().pass(entries);
		}
		request.add(asked.decisions());
		return new TierAdmission(asked);
	}

	private JointRateLimiter joint() {
		return this.limiters.joint();
	}

	/**
	 * Find what the calls come to: first what is asked of the gates before their tiers,
	 * then of each one in its tier. A gate counts requests: one unit of each, whatever it
	 * costs and however many tiers are behind it.
	 */
	private List<TierEntry> entries(List<TierCall> calls, @Nullable RequestDecisions request) {
		RulesAtOnce rules = this.limiters.rules().atOnce();
		List<TierEntry> gates = List.of();
		List<TierEntry> behind = new ArrayList<>(calls.size());
		for (int i = 0; i < calls.size(); i++) {
			TierCall call = calls.get(i);
			Tier tier = this.limiters.tier(call.tier());
			String key = (call.key() != null) ? call.key() : key(tier, call.caller());
			if (key != null) {
				LimitsInForce limits = limits(tier, key, call, call.endpoint(), request, rules);
				behind.add(new TierEntry(i, TierEntry.Role.TIER, limits.settings(), key, call.cost(), null));
				for (LimitsInForce.Watched rule : limits.watched()) {
					behind.add(new TierEntry(i, TierEntry.Role.WATCHED, rule.settings(), key, call.cost(), null));
				}
			}
			if (tier.gate() != null && isGated(tier, call)) {
				Tier gate = this.limiters.tier(tier.gate());
				String gateKey = key(gate, call.caller());
				if (gateKey != null) {
					LimitsInForce limits = limits(gate, gateKey, call, null, request, rules);
					gates = (gates.isEmpty()) ? new ArrayList<>(2) : gates;
					gates.add(new TierEntry(i, TierEntry.Role.GATE, limits.settings(), gateKey, 1, null));
					for (LimitsInForce.Watched rule : limits.watched()) {
						gates.add(new TierEntry(i, TierEntry.Role.WATCHED_GATE, rule.settings(), gateKey, 1, null));
					}
				}
			}
		}
		return gatesFirst(gates, behind);
	}

	/**
	 * Put gates before what is behind them, each once. A gate that is one of the tiers as
	 * well is charged as that, if it is.
	 */
	private static List<TierEntry> gatesFirst(List<TierEntry> gates, List<TierEntry> behind) {
		if (gates.isEmpty()) {
			return behind;
		}
		List<TierEntry> ordered = new ArrayList<>(gates.size() + behind.size());
		for (TierEntry gate : gates) {
			TierEntry first = behind.stream()
				.filter((entry) -> entry.cost() > 0 && entry.sharesCount(gate))
				.findFirst()
				.orElse(gate);
			if (ordered.stream().noneMatch(first::sharesCount)) {
				ordered.add(first);
			}
		}
		behind.stream().filter((entry) -> !ordered.contains(entry)).toList().forEach(ordered::add);
		return ordered;
	}

	/**
	 * Return whether a call has to pass the gate of its tier. Nobody is turned away on
	 * account of a tier that is only watched.
	 */
	private static boolean isGated(Tier tier, TierCall call) {
		return tier.enforcement() == Enforcement.ENFORCE && call.caller().cameOverNetwork();
	}

	private LimitsInForce limits(Tier tier, String key, TierCall call, @Nullable String endpoint,
			@Nullable RequestDecisions request, RulesAtOnce rules) {
		// To ask for a plan may be dear, and is for nothing where nobody has limits by
		// plan
		List<String> plans = (tier.plans().isEmpty() && !rules.rules().hasPlans()) ? List.of()
				: plans(call.caller(), request);
		return this.limiters.limits(tier, key, plans, endpoint, rules);
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
	 * Return the plans of a caller, asked for once in a request.
	 */
	private List<String> plans(Caller caller, @Nullable RequestDecisions request) {
		return (request != null) ? request.plans(caller, this::plans) : plans(caller);
	}

	private List<String> plans(Caller caller) {
		List<String> plans = new ArrayList<>(2);
		for (PlanResolver resolver : this.planResolvers) {
			String plan = plan(resolver, caller);
			if (plan != null) {
				plans.add(plan);
				break;
			}
		}
		// A resolver may have said the same: each plan is looked up once
		if (!plans.contains(caller.plan())) {
			plans.add(caller.plan());
		}
		return plans;
	}

	/**
	 * Ask for a plan. A failure is not the caller's fault, and no reason to lift a limit.
	 */
	private @Nullable String plan(PlanResolver resolver, Caller caller) {
		try {
			return resolver.resolve(caller);
		}
		catch (RuntimeException ex) {
			this.errors.report("A plan cannot be told by " + resolver.getClass().getName()
					+ "; the caller is on none of its plans", ex);
			return null;
		}
	}

}
