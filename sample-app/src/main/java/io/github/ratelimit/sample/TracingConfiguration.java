package io.github.ratelimit.sample;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationPredicate;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What has a trace.
 */
@Configuration(proxyBeanMethods = false)
class TracingConfiguration {

	/**
	 * Statements that nobody's request has caused have none: rules are read again and
	 * again, over a connection that stays open.
	 */
	@Bean
	ObservationPredicate statementsOfRequestsAlone() {
		return (name, context) -> !name.startsWith("jdbc.")
				|| (context.getParentObservation() instanceof Observation parent && !parent.isNoop());
	}

}
