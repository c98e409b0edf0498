package io.github.ratelimit.autoconfigure.actuate;

import java.util.List;
import java.util.Map;

import io.github.ratelimit.Enforcement;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.identity.CallerKey;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import io.github.ratelimit.tier.Scope;
import io.github.ratelimit.tier.Tier;
import io.github.ratelimit.tier.TierRateLimiters;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The beans that auto-configurations of this package are after: a tier {@code auth} with
 * two plans, in memory, at a time that stands still.
 */
@Configuration(proxyBeanMethods = false)
class LimiterConfiguration {

	@Bean
	InMemoryRateLimitStore rateLimitStore() {
		return InMemoryRateLimitStore.create(100, () -> 0);
	}

	@Bean
	TierRateLimiters tierRateLimiters(InMemoryRateLimitStore store, ObjectProvider<RateLimitListener> listeners) {
		Tier auth = new Tier("auth", List.of(Limit.of("1/s").withBurst(3)),
				Map.of("premium", List.of(Limit.of("10/s"))), CallerKey.IP, Scope.TIER, FailureMode.LOCAL,
				Enforcement.ENFORCE);
		return new TierRateLimiters(List.of(auth), store, listeners.getIfAvailable(() -> new RateLimitListener() {
		}));
	}

}
