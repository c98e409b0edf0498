package io.github.ratelimit.autoconfigure.check;

import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.FailedChecksException;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.check.Severity;
import org.junit.jupiter.api.Test;

import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link FailedChecksFailureAnalyzer}.
 */
class FailedChecksFailureAnalyzerTests {

	@Test
	void tellsAllErrorsWithTheirRemediesAndHowToLowerThem() {
		Findings findings = new Findings((check) -> Severity.ERROR);
		findings.report(Check.EVERYBODY_TRUSTED, "One network.");
		findings.report(Check.EVERYBODY_TRUSTED, "Another network.");
		findings.report(Check.OPEN_LOGIN, "Tier 'auth'.");
		FailedChecksException failure = catchThrowableOfType(FailedChecksException.class, findings::requireNoErrors);
		FailureAnalysis analysis = new FailedChecksFailureAnalyzer().analyze(failure);
		assertThat(analysis).isNotNull();
		assertThat(analysis.getDescription()).isEqualToNormalizingNewlines("""
				The rate limiter was found to be set up wrongly:

				    RL002: One network.
				    RL002: Another network.
				    RL012: Tier 'auth'.""");
		assertThat(analysis.getAction()).isEqualToNormalizingNewlines("""
				RL002: %s Where it is meant, set 'ratelimit.checks.rl002' to 'warn' or 'off'.
				RL012: %s Where it is meant, set 'ratelimit.checks.rl012' to 'warn' or 'off'."""
			.formatted(Check.EVERYBODY_TRUSTED.remedy(), Check.OPEN_LOGIN.remedy()));
	}

}
