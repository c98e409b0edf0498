package io.github.ratelimit.web.http;

import java.time.Duration;
import java.util.List;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.RateLimitDecision;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RateLimitProblem}.
 */
class RateLimitProblemTests {

	private static final Limit AI = Limit.of("2/s").withBurst(5).withName("ai");

	@Test
	void refusalSaysWhenToComeBack() {
		String detail = "Too many requests. Please try again in 2 seconds.";
		assertThat(RateLimitProblem.of(refused(status(AI, Duration.ofMillis(1500))))).isEqualTo(
				new RateLimitProblem("https://iana.org/assignments/http-problem-types#quota-exceeded", "Quota exceeded",
						429, detail, List.of("ai"), "Rate limit exceeded", detail, 2L, 5L, "2 requests/second"));
	}

	@ParameterizedTest
	@CsvSource({ "PT0.000001S, 1, 1 second.", "PT1S, 1, 1 second.", "PT1.000001S, 2, 2 seconds.",
			"PT24H, 86400, 86400 seconds." })
	void waitIsRoundedUpAndAtLeastOneSecond(Duration wait, long seconds, String words) {
		RateLimitProblem problem = RateLimitProblem.of(refused(status(AI, wait)));
		assertThat(problem.retryAfter()).isEqualTo(seconds);
		assertThat(problem.detail()).isEqualTo("Too many requests. Please try again in " + words)
			.isEqualTo(problem.message());
	}

	@Test
	void requestThatIsNeverAllowedSaysSo() {
		RateLimitProblem problem = RateLimitProblem.of(refused(status(AI, null)));
		assertThat(problem.status()).isEqualTo(429);
		assertThat(problem.retryAfter()).isNull();
		assertThat(problem.detail()).isEqualTo("The request asks for more than its limit ever allows at once.")
			.isEqualTo(problem.message());
	}

	@Test
	void refusalByOneOfTwoLimitsNamesIt() {
		LimitStatus other = new LimitStatus(Limit.of("100/d").withName("day"), false, 0, Duration.ZERO,
				Duration.ofDays(1));
		RateLimitProblem problem = RateLimitProblem.of(refused(other, status(AI, Duration.ofSeconds(3))));
		assertThat(problem.violatedPolicies()).containsExactly("ai");
		assertThat(problem.limit()).isEqualTo(5);
		assertThat(problem.retryAfter()).isEqualTo(3);
	}

	@Test
	void refusalByTwoLimitsNamesBothAndWaitsForTheLonger() {
		RateLimitProblem problem = RateLimitProblem
			.of(refused(status(AI, Duration.ofSeconds(3)), status(AI.withName("day"), Duration.ofSeconds(9))));
		assertThat(problem.violatedPolicies()).containsExactly("ai", "day");
		assertThat(problem.retryAfter()).isEqualTo(9);
	}

	@Test
	void requestThatNobodyCouldCheckIsUnavailable() {
		String detail = "The service cannot check its limits at present. Please try again in 1 second.";
		assertThat(RateLimitProblem.of(RateLimitDecision.unavailable())).isEqualTo(new RateLimitProblem(
				"https://iana.org/assignments/http-problem-types#temporary-reduced-capacity",
				"Temporary reduced capacity", 503, detail, List.of(), "Service unavailable", detail, 1L, null, null));
	}

	@ParameterizedTest
	@CsvSource({ "2/s, 2 requests/second", "1/s, 1 request/second", "0.5/s, 1 request/2 seconds",
			"100/60s, 100 requests/minute", "100/m, 100 requests/minute", "1000/1h, 1000 requests/hour",
			"10000/d, 10000 requests/day", "11/13s, 11 requests/13 seconds", "5/7d, 5 requests/week",
			"5/8d, 5 requests/8 days", "3/250ms, 3 requests/250 milliseconds", "1/1ms, 1 request/millisecond" })
	void rateIsToldInWords(String rate, String words) {
		assertThat(RateLimitProblem.of(refused(status(Limit.of(rate), Duration.ofSeconds(1)))).rate()).isEqualTo(words);
	}

	private static LimitStatus status(Limit limit, @Nullable Duration retryAfter) {
		return new LimitStatus(limit, true, 0, retryAfter, Duration.ofSeconds(10));
	}

	private static RateLimitDecision refused(LimitStatus... statuses) {
		return RateLimitDecision.of(List.of(statuses), DecisionSource.MEMORY);
	}

}
