package io.github.ratelimit.autoconfigure.check;

import java.util.Set;

import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.check.StartupCheck;
import io.github.ratelimit.tier.TierRateLimiters;

/**
 * Looks for tiers of the configuration that nothing has named by the time the application
 * is ready.
 */
final class UnusedTierCheck implements StartupCheck {

	private final Set<String> configured;

	private final TierRateLimiters limiters;

	UnusedTierCheck(Set<String> configured, TierRateLimiters limiters) {
		this.configured = configured;
		this.limiters = limiters;
	}

	@Override
	public void run(Findings findings) {
		Set<String> used = this.limiters.usedTiers();
		this.configured.stream()
			.filter((tier) -> !used.contains(tier))
			.sorted()
			.forEach((tier) -> findings.report(Check.UNUSED_TIER,
					("Tier '%s' of property 'ratelimit.tiers.%s' limits nothing: no route and no @RateLimited names it, "
							+ "and no code has asked for it in the start.")
						.formatted(tier, tier)));
	}

}
