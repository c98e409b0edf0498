package io.github.ratelimit.tier;

import java.util.List;

import io.github.ratelimit.Acquisition;
import io.github.ratelimit.Acquisitions;
import io.github.ratelimit.RateLimiterSettings;
import org.jspecify.annotations.Nullable;

/**
 * What a key is charged to in a tier, for callers of some plans. Safe for use by many
 * threads.
 */
final class TierAcquisitions implements Acquisitions {

	private final TierLimits limits;

	private final Tier tier;

	private final List<String> plans;

	private final @Nullable String endpoint;

	/**
	 * What holds for every key while there are no rules. Immutable, so that it does no
	 * harm if several threads look it up.
	 */
	private @Nullable LimitsInForce configured;

	/**
	 * Create acquisitions.
	 * @param plans plans the caller may be on, the preferred first
	 * @param endpoint name of the method or route that is called, {@code null} if none
	 */
	TierAcquisitions(TierLimits limits, Tier tier, List<String> plans, @Nullable String endpoint) {
		this.limits = limits;
		this.tier = tier;
		this.plans = plans;
		this.endpoint = endpoint;
	}

	@Override
	public List<Acquisition> of(String key, long cost) {
		return find(key).acquisitions(key, cost);
	}

	@Override
	public @Nullable RateLimiterSettings only(String key) {
		LimitsInForce found = find(key);
		return (found.watched().isEmpty()) ? found.settings() : null;
	}

	private LimitsInForce find(String key) {
		RulesAtOnce rules = this.limits.rules().atOnce();
		if (!rules.rules().isEmpty()) {
			return this.limits.find(this.tier, key, this.plans, this.endpoint, rules);
		}
		LimitsInForce known = this.configured;
		if (known == null) {
			known = this.limits.find(this.tier, key, this.plans, this.endpoint, rules);
			this.configured = known;
		}
		return known;
	}

}
