package io.github.ratelimit.autoconfigure.observation;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.autoconfigure.GuardedStore;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.autoconfigure.ServiceMode;
import io.github.ratelimit.observation.RateLimitMeters;
import io.github.ratelimit.resilience.FailureModeRateLimitStore;
import io.github.ratelimit.tier.Rules;
import io.github.ratelimit.tier.TierRateLimiters;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.util.function.SingletonSupplier;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for {@link RateLimitMeters}.
 */
@AutoConfiguration(after = RateLimitAutoConfiguration.class,
		afterName = {
				"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
				"org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration" })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBooleanProperty(name = "ratelimit.enabled", matchIfMissing = true)
@ConditionalOnBean({ TierRateLimiters.class, RateLimitStore.class })
@ConditionalOnSingleCandidate(MeterRegistry.class)
public final class RateLimitMetricsAutoConfiguration {

	private static final Log logger = LogFactory.getLog(RateLimitMetricsAutoConfiguration.class);

	@Bean
	@ConditionalOnMissingBean
	RateLimitMeters rateLimitMeters(MeterRegistry registry, ObjectProvider<TierRateLimiters> limiters,
			ObjectProvider<ServiceMode> serviceMode) {
		if (serviceMode.getIfAvailable() == null) {
			return new RateLimitMeters(registry);
		}
		// The limiters may ask for their listeners, of which this is one, when they are
		// made
		SingletonSupplier<Rules> rules = SingletonSupplier.of(() -> limiters.getObject().rules());
		return new RateLimitMeters(registry, () -> rules.obtain().current().clients());
	}

	/**
	 * Registers the meters of all tiers, so that their counts begin at 0 and not with the
	 * first request.
	 */
	@Bean
	SmartInitializingSingleton rateLimitMetersOfTiers(RateLimitMeters meters, TierRateLimiters limiters,
			RateLimitStore store) {
		return () -> {
			DecisionSource source = source(store);
			if (source != null) {
				limiters.tiers()
					.forEach((tier) -> tier.limitsByPlan()
						.keySet()
						.forEach((plan) -> meters.register(tier.name(), plan, source)));
			}
		};
	}

	/**
	 * Registers the meters of the circuit breaker, where there is one before the store.
	 */
	@Bean
	SmartInitializingSingleton rateLimitMetersOfCircuitBreaker(RateLimitMeters meters, RateLimitStore store,
			ObjectProvider<GuardedStore> guarded) {
		return () -> {
			if (store instanceof FailureModeRateLimitStore own) {
				meters.register(own::circuitBreaker, own::instances);
				return;
			}
			guarded.ifAvailable(
					(inner) -> inner.ifShared((shared) -> meters.register(shared::circuitBreaker, shared::instances)));
		};
	}

	private static @Nullable DecisionSource source(RateLimitStore store) {
		try {
			return switch (store.status().kind()) {
				case "redis" -> DecisionSource.REDIS;
				case "memory" -> DecisionSource.MEMORY;
				default -> DecisionSource.CUSTOM;
			};
		}
		catch (RuntimeException ex) {
			// No reason not to start: the first decision tells
			logger.debug("The meters of tiers are registered by their first decisions", ex);
			return null;
		}
	}

}
