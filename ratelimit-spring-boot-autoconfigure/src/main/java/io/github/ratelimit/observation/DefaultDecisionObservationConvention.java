package io.github.ratelimit.observation;

import java.util.stream.Collectors;

import io.github.ratelimit.Acquisition;
import io.github.ratelimit.JointDecision;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.observation.DecisionObservation.DecisionKey;
import io.github.ratelimit.observation.DecisionObservation.JointKey;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;

/**
 * Tells of a decision what {@link DecisionObservation} lists, in the words of the meters.
 * Whose request it is, is not told.
 */
public final class DefaultDecisionObservationConvention implements DecisionObservationConvention {

	@Override
	public String getName() {
		return DecisionObservation.CHECK_NAME;
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(DecisionObservationContext context) {
		JointDecision joint = context.getDecision();
		Acquisition acquisition = (joint != null) ? joint.decisive().acquisition() : context.getAcquisitions().get(0);
		RateLimitDecision decision = (joint != null) ? joint.whole() : null;
		return KeyValues.of(DecisionKey.TIER.withValue(acquisition.settings().name()),
				DecisionKey.PLAN.withValue(acquisition.settings().plan()),
				DecisionKey.OUTCOME.withValue((decision != null) ? Word.of(decision.outcome()) : KeyValue.NONE_VALUE),
				DecisionKey.STORE.withValue((decision != null) ? Word.of(decision.source()) : KeyValue.NONE_VALUE));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(DecisionObservationContext context) {
		return (context.getAcquisitions().size() == 1) ? KeyValues.empty()
				: KeyValues.of(JointKey.TIERS.withValue(context.getAcquisitions()
					.stream()
					.map((acquisition) -> acquisition.settings().name())
					.distinct()
					.collect(Collectors.joining(", "))));
	}

}
