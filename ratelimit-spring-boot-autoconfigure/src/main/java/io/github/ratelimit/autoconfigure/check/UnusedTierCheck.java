package io.github.ratelimit.autoconfigure.check;

import java.util.Set;

import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.check.StartupCheck;
import io.github.ratelimit.tier.TierRateLimiters;

/**
 * Looks for tiers of the configuration that nothing has named by the time the application
 * is ready. Code may ask for them later.
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
		this.configured.stream()
			.filter(this::isUnused)
			.sorted()
			.forEach((tier) -> findings.report(Check.UNUSED_TIER,
					("No route and no @RateLimited names tier '%s' of property 'ratelimit.tiers.%s': unless code asks for "
							+ "it, it limits nothing.")
						.formatted(tier, tier),
					() -> isUnused(tier)));
	}

	private boolean isUnused(String tier) {
		return !this.limiters.usedTiers().contains(tier);
	}

}
