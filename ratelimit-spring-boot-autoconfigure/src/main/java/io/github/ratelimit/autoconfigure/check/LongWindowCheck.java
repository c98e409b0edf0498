package io.github.ratelimit.autoconfigure.check;

import java.time.Duration;
import java.util.List;

import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.StoreStatus;
import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.check.StartupCheck;
import io.github.ratelimit.tier.Tier;
import io.github.ratelimit.tier.TierRateLimiters;

/**
 * Looks for counts that have to last longer than a Redis that evicts keys lets them.
 */
final class LongWindowCheck implements StartupCheck {

	/**
	 * Redis evicts what was not used for longest, or at random: what is used each minute
	 * likely stays.
	 */
	private static final Duration EVICTED_AFTER = Duration.ofHours(1);

	private static final String EVICTION = "maxmemory-policy ";

	private final TierRateLimiters limiters;

	private final RateLimitStore store;

	LongWindowCheck(TierRateLimiters limiters, RateLimitStore store) {
		this.limiters = limiters;
		this.store = store;
	}

	@Override
	public void run(Findings findings) {
		if (evicts(this.store.status())) {
			this.limiters.tiers().forEach((tier) -> check(tier, findings));
		}
	}

	private static boolean evicts(StoreStatus status) {
		return status.warnings().stream().anyMatch((warning) -> warning.startsWith(EVICTION));
	}

	private static void check(Tier tier, Findings findings) {
		tier.limitsByPlan()
			.values()
			.stream()
			.flatMap(List::stream)
			.filter((limit) -> limit.rate().window().compareTo(EVICTED_AFTER) >= 0)
			.findFirst()
			.ifPresent((limit) -> findings.report(Check.FORGOTTEN_WINDOW,
					"Limit %s of tier '%s' is counted in a Redis that evicts keys when its memory is full."
						.formatted(limit.rate(), tier.name())));
	}

}
