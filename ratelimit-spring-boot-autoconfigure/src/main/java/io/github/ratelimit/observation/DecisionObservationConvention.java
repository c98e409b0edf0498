package io.github.ratelimit.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * What is told of a decision. A bean of this type takes the place of
 * {@link DefaultDecisionObservationConvention}.
 */
public interface DecisionObservationConvention extends ObservationConvention<DecisionObservationContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof DecisionObservationContext;
	}

}
