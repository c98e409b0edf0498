package io.github.ratelimit.autoconfigure.check;

import java.util.Set;

import io.github.ratelimit.FailureMode;
import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.check.StartupCheck;
import io.github.ratelimit.tier.Tier;
import io.github.ratelimit.tier.TierRateLimiters;

/**
 * Looks for a tier of logins that lets everything pass while Redis is away.
 */
final class OpenLoginCheck implements StartupCheck {

	static final String LOGINS = "auth";

	private final Set<String> configured;

	private final TierRateLimiters limiters;

	OpenLoginCheck(Set<String> configured, TierRateLimiters limiters) {
		this.configured = configured;
		this.limiters = limiters;
	}

	@Override
	public void run(Findings findings) {
		this.limiters.tiers()
			.stream()
			.filter(this::isOpen)
			.forEach((tier) -> findings.report(Check.OPEN_LOGIN,
					"Tier '%s' has the failure mode 'open', so that passwords can be guessed as fast as they are answered while "
						.formatted(tier.name()) + "Redis cannot decide."));
	}

	private boolean isOpen(Tier tier) {
		return tier.name().equals(LOGINS) && tier.failureMode() == FailureMode.OPEN
				&& (this.configured.contains(LOGINS) || this.limiters.usedTiers().contains(LOGINS));
	}

}
