package io.github.ratelimit.autoconfigure.observation;

import io.github.ratelimit.DecisionTracer;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.autoconfigure.redis.RateLimitRedisAutoConfiguration;
import io.github.ratelimit.observation.DecisionObservation;
import io.github.ratelimit.observation.DecisionObservationConvention;
import io.github.ratelimit.observation.ObservationDecisionTracer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.observation.MeterObservationHandler;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for {@link DecisionObservation
 * observations} of decisions.
 */
@AutoConfiguration(before = { RateLimitAutoConfiguration.class, RateLimitRedisAutoConfiguration.class },
		afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
@ConditionalOnClass({ ObservationRegistry.class, MeterObservationHandler.class })
@ConditionalOnBooleanProperty(name = { "ratelimit.enabled", "ratelimit.observations.enabled" }, matchIfMissing = true)
@ConditionalOnSingleCandidate(ObservationRegistry.class)
@EnableConfigurationProperties(ObservationProperties.class)
public final class RateLimitObservationAutoConfiguration {

	/**
	 * Observes decisions, unless nobody but meters would hear of it: those are counted
	 * and timed already, and an observation costs more than a decision in memory.
	 */
	@Bean
	@ConditionalOnMissingBean(DecisionTracer.class)
	@Nullable ObservationDecisionTracer rateLimitDecisionTracer(ObservationRegistry registry,
			ObjectProvider<ObservationHandler<?>> handlers, ObjectProvider<DecisionObservationConvention> convention,
			ObservationProperties properties) {
		boolean wanted = Boolean.TRUE.equals(properties.getEnabled()) || isOfTheApplication(registry)
				|| handlers.stream().anyMatch((handler) -> !(handler instanceof MeterObservationHandler));
		return (wanted) ? new ObservationDecisionTracer(registry, convention.getIfAvailable()) : null;
	}

	/**
	 * Return whether a registry is none that Spring Boot makes, whose handlers are beans.
	 */
	private static boolean isOfTheApplication(ObservationRegistry registry) {
		return registry.getClass() != ObservationRegistry.create().getClass();
	}

	/**
	 * Keeps what is observed from being timed a second time.
	 */
	@Bean
	static MeterFilter rateLimitObservationMeterFilter() {
		return MeterFilter.deny(RateLimitObservationAutoConfiguration::isOfObservation);
	}

	private static boolean isOfObservation(Meter.Id id) {
		String name = id.getName();
		return isOf(DecisionObservation.CHECK_NAME, name) || isOf(DecisionObservation.REDIS_NAME, name);
	}

	private static boolean isOf(String observation, String name) {
		return name.equals(observation) || name.equals(observation + ".active");
	}

}
