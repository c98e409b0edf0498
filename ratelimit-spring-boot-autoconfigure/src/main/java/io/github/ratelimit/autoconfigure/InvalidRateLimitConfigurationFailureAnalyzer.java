package io.github.ratelimit.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says which setting makes no sense, and what to do.
 */
class InvalidRateLimitConfigurationFailureAnalyzer
		extends AbstractFailureAnalyzer<InvalidRateLimitConfigurationException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidRateLimitConfigurationException cause) {
		String description = "The rate limiter cannot be configured:%n%n    Property: %s%n    Value: %s%n    Reason: %s"
			.formatted(cause.getProperty(), (cause.getValue() != null) ? "\"" + cause.getValue() + "\"" : "(not set)",
					cause.getReason());
		return new FailureAnalysis(description, cause.getRemedy(), cause);
	}

}
