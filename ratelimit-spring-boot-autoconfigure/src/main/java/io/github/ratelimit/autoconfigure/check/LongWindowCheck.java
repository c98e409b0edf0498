package io.github.ratelimit.autoconfigure.check;

import java.time.Duration;
import java.util.List;

import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.StoreStatus;
import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.check.StartupCheck;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import io.github.ratelimit.tier.Tier;
import io.github.ratelimit.tier.TierRateLimiters;

/**
 * Looks for counts that have to last longer than where they are kept lets them: in
 * memory, which a restart empties, or in a Redis that evicts keys.
 */
final class LongWindowCheck implements StartupCheck {

	/**
	 * About as long as an instance lives where an application is deployed daily.
	 */
	private static final Duration MEMORY_LASTS = Duration.ofDays(1);

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
		if (this.store instanceof InMemoryRateLimitStore) {
			report(findings, MEMORY_LASTS, "is counted in memory, and a restart forgets it");
		}
		else if (evicts(this.store.status())) {
			report(findings, EVICTED_AFTER, "is counted in a Redis that evicts keys when its memory is full");
		}
	}

	private static boolean evicts(StoreStatus status) {
		return status.warnings().stream().anyMatch((warning) -> warning.startsWith(EVICTION));
	}

	private void report(Findings findings, Duration atLeast, String reason) {
		for (Tier tier : this.limiters.tiers()) {
			tier.limitsByPlan()
				.values()
				.stream()
				.flatMap(List::stream)
				.filter((limit) -> limit.rate().window().compareTo(atLeast) >= 0)
				.findFirst()
				.ifPresent((limit) -> findings.report(Check.FORGOTTEN_WINDOW,
						"Limit %s of tier '%s' %s.".formatted(limit.rate(), tier.name(), reason)));
		}
	}

}
