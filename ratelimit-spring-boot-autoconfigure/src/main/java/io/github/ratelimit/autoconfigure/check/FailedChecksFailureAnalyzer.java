package io.github.ratelimit.autoconfigure.check;

import java.util.Locale;
import java.util.stream.Collectors;

import io.github.ratelimit.check.FailedChecksException;
import io.github.ratelimit.check.Finding;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says all that checks have found and that must not be, and what to do about each.
 */
class FailedChecksFailureAnalyzer extends AbstractFailureAnalyzer<FailedChecksException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, FailedChecksException cause) {
		String description = cause.getFindings()
			.stream()
			.map((finding) -> "%n    %s: %s".formatted(finding.check().code(), finding.detail()))
			.collect(Collectors.joining("", "The rate limiter was found to be set up wrongly:%n".formatted(), ""));
		String action = cause.getFindings()
			.stream()
			.map(Finding::check)
			.distinct()
			.map((check) -> "%s: %s Where it is meant, set 'ratelimit.checks.%s' to 'warn' or 'off'."
				.formatted(check.code(), check.remedy(), check.code().toLowerCase(Locale.ROOT)))
			.collect(Collectors.joining("%n".formatted()));
		return new FailureAnalysis(description, action, cause);
	}

}
