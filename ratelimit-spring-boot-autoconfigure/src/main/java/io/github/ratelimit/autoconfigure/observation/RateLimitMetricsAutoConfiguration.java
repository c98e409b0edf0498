package io.github.ratelimit.autoconfigure.observation;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.observation.RateLimitMeters;
import io.github.ratelimit.tier.TierRateLimiters;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for {@link RateLimitMeters}.
 */
@AutoConfiguration(afterName = { "io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration",
		"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
		"org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration" })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBooleanProperty(name = "ratelimit.enabled", matchIfMissing = true)
@ConditionalOnBean({ TierRateLimiters.class, RateLimitStore.class })
@ConditionalOnSingleCandidate(MeterRegistry.class)
public final class RateLimitMetricsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	RateLimitMeters rateLimitMeters(MeterRegistry registry) {
		return new RateLimitMeters(registry);
	}

	/**
	 * Registers the meters of all tiers, so that their counts begin at 0 and not with the
	 * first request.
	 */
	@Bean
	SmartInitializingSingleton rateLimitMetersOfTiers(RateLimitMeters meters, TierRateLimiters limiters,
			RateLimitStore store) {
		return () -> {
			DecisionSource source = source(store.status().kind());
			limiters.tiers()
				.forEach((tier) -> tier.limitsByPlan()
					.keySet()
					.forEach((plan) -> meters.register(tier.name(), plan, source)));
		};
	}

	private static DecisionSource source(String kind) {
		return switch (kind) {
			case "redis" -> DecisionSource.REDIS;
			case "memory" -> DecisionSource.MEMORY;
			default -> DecisionSource.CUSTOM;
		};
	}

}
