package io.github.ratelimit.autoconfigure.check;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.check.StartupCheck;
import io.github.ratelimit.identity.Caller;
import io.github.ratelimit.identity.KeySource;
import io.github.ratelimit.tier.Tier;
import io.github.ratelimit.tier.TierRateLimiters;

/**
 * Looks for plans between which a caller who changes finds all its units again: a count
 * is told by the name and the algorithm of a limit.
 */
final class PlanChangeCheck implements StartupCheck {

	private final TierRateLimiters limiters;

	PlanChangeCheck(TierRateLimiters limiters) {
		this.limiters = limiters;
	}

	@Override
	public void run(Findings findings) {
		this.limiters.tiers().forEach((tier) -> check(tier, findings));
	}

	private static void check(Tier tier, Findings findings) {
		List<Map.Entry<String, List<Limit>>> plans = new ArrayList<>(tier.limitsByPlan().entrySet());
		for (int i = 0; i < plans.size(); i++) {
			for (Map.Entry<String, List<Limit>> other : plans.subList(i + 1, plans.size())) {
				if (isOneKey(tier, plans.get(i).getKey(), other.getKey())
						&& Collections.disjoint(counts(plans.get(i).getValue()), counts(other.getValue()))) {
					findings.report(Check.PLANS_COUNT_APART,
							"Plans '%s' and '%s' of tier '%s' have no limit of one name and algorithm, so that who changes has "
								.formatted(plans.get(i).getKey(), other.getKey(), tier.name())
									+ "all units of the other.");
				}
			}
		}
	}

	/**
	 * Return whether a caller has the same key on two plans: not where it logs in between
	 * and is counted by who it is.
	 */
	private static boolean isOneKey(Tier tier, String plan, String other) {
		boolean anonymous = plan.equals(Caller.ANONYMOUS) || other.equals(Caller.ANONYMOUS);
		return !anonymous || tier.key().sources().stream().allMatch((source) -> source.equals(KeySource.IP));
	}

	private static Set<Count> counts(List<Limit> limits) {
		return limits.stream().map((limit) -> new Count(limit.name(), limit.algorithm())).collect(Collectors.toSet());
	}

	private record Count(String name, Algorithm algorithm) {

	}

}
