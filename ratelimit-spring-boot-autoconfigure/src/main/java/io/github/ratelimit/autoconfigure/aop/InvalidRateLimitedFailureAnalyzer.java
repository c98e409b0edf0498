package io.github.ratelimit.autoconfigure.aop;

import java.util.Locale;

import io.github.ratelimit.aop.InvalidRateLimitedException;
import io.github.ratelimit.check.Check;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says which {@code @RateLimited} cannot work, and what to do.
 */
class InvalidRateLimitedFailureAnalyzer extends AbstractFailureAnalyzer<InvalidRateLimitedException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidRateLimitedException cause) {
		Check check = cause.getCheck();
		if (check == null) {
			return new FailureAnalysis(cause.getProblem(), cause.getRemedy(), cause);
		}
		return new FailureAnalysis(check.code() + ": " + cause.getProblem(),
				"%s Where it is meant, set 'ratelimit.checks.%s' to 'warn' or 'off'; the method is not limited then."
					.formatted(cause.getRemedy(), check.code().toLowerCase(Locale.ROOT)),
				cause);
	}

}
