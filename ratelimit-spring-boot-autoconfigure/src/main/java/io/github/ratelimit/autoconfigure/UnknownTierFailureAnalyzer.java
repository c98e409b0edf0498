package io.github.ratelimit.autoconfigure;

import io.github.ratelimit.UnknownTierException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says where a tier is named that does not exist, and which there are.
 */
class UnknownTierFailureAnalyzer extends AbstractFailureAnalyzer<UnknownTierException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnknownTierException cause) {
		String place = (cause.getPlace() != null) ? cause.getPlace() : "The application";
		return new FailureAnalysis(
				"%s names the rate limit tier '%s', which does not exist. There are: %s.".formatted(place,
						cause.getTier(), String.join(", ", cause.getKnown())),
				"Correct the name, or set the limits of the tier with the property 'ratelimit.tiers.%s.rate'."
					.formatted(cause.getTier()),
				cause);
	}

}
