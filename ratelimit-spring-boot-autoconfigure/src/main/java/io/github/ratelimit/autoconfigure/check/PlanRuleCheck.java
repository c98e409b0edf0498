package io.github.ratelimit.autoconfigure.check;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.github.ratelimit.autoconfigure.PlanRuleProperties;
import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.check.StartupCheck;
import io.github.ratelimit.tier.TierRateLimiters;

/**
 * Looks for rules that put callers on a plan for which there is no limit.
 */
final class PlanRuleCheck implements StartupCheck {

	private static final int NEAR = 2;

	private final List<PlanRuleProperties> planRules;

	private final Set<String> limited;

	/**
	 * Create a check.
	 * @param planRules who is on which plan
	 * @param limiters the tiers
	 * @param others plans that have a limit outside of tiers
	 */
	PlanRuleCheck(List<PlanRuleProperties> planRules, TierRateLimiters limiters, Set<String> others) {
		this.planRules = List.copyOf(planRules);
		this.limited = new TreeSet<>(others);
		limiters.tiers().forEach((tier) -> this.limited.addAll(tier.limitsByPlan().keySet()));
	}

	@Override
	public void run(Findings findings) {
		for (int i = 0; i < this.planRules.size(); i++) {
			String plan = this.planRules.get(i).getPlan();
			if (plan != null && !this.limited.contains(plan)) {
				String nearest = EditDistance.nearest(plan, this.limited.stream(), Math.min(NEAR, plan.length() / 2));
				findings.report(Check.UNKNOWN_PLAN,
						"Plan '%s' of 'ratelimit.plans[%d]' has no limit in any tier: who is on it has those of 'authenticated' or 'anonymous'."
							.formatted(plan, i) + ((nearest != null) ? " Did you mean '" + nearest + "'?" : ""));
			}
		}
	}

}
