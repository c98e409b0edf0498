package io.github.ratelimit.web.http;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.RateLimitDecision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RateLimitHeaders}.
 */
class RateLimitHeadersTests {

	private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.250Z");

	private static final Limit AI = Limit.of("2/s").withBurst(5).withName("ai");

	private static final Limit DAY = Limit.of("100/d").withName("day");

	@Test
	void tripleTellsSecondsFromNow() {
		assertThat(fields(Set.of(HeaderStyle.RATELIMIT), allowed(AI, 3, Duration.ofSeconds(1)))).containsExactly(
				new HeaderField("RateLimit-Limit", "5"), new HeaderField("RateLimit-Remaining", "3"),
				new HeaderField("RateLimit-Reset", "1"));
	}

	@ParameterizedTest
	@CsvSource({ "PT0S, 0, 1767225601", "PT0.000001S, 1, 1767225601", "PT0.75S, 1, 1767225601",
			"PT0.750001S, 1, 1767225602", "PT1S, 1, 1767225602", "PT1.000000001S, 2, 1767225602",
			"PT86400S, 86400, 1767312001" })
	void resetIsRoundedUp(Duration resetAfter, String seconds, String epochSecond) {
		assertThat(fields(Set.of(HeaderStyle.RATELIMIT, HeaderStyle.X_RATELIMIT), allowed(AI, 3, resetAfter)))
			.contains(new HeaderField("RateLimit-Reset", seconds), new HeaderField("X-RateLimit-Reset", epochSecond));
	}

	@Test
	void draftTellsPolicyAndState() {
		assertThat(fields(Set.of(HeaderStyle.DRAFT), allowed(AI, 3, Duration.ofSeconds(1)))).containsExactly(
				new HeaderField("RateLimit-Policy", "\"ai\";q=5;w=3"), new HeaderField("RateLimit", "\"ai\";r=3;t=1"));
	}

	@Test
	void draftListsAllLimitsAndTheOthersTheTightest() {
		RateLimitDecision day = allowed(DAY, 2, Duration.ofSeconds(100));
		RateLimitDecision ai = allowed(AI, 3, Duration.ofSeconds(1));
		assertThat(fields(Set.of(HeaderStyle.values()), ai, day)).containsExactly(
				new HeaderField("RateLimit-Limit", "100"), new HeaderField("RateLimit-Remaining", "2"),
				new HeaderField("RateLimit-Reset", "100"), new HeaderField("X-RateLimit-Limit", "100"),
				new HeaderField("X-RateLimit-Remaining", "2"), new HeaderField("X-RateLimit-Reset", "1767225701"),
				new HeaderField("RateLimit-Policy", "\"ai\";q=5;w=3, \"ai.day\";q=100;w=86400"),
				new HeaderField("RateLimit", "\"ai\";r=3;t=1, \"ai.day\";r=2;t=100"));
	}

	@Test
	void limitThatRefusedIsTighterThanOneWithLessLeft() {
		RateLimitDecision refused = RateLimitDecision.of(
				List.of(new LimitStatus(AI, true, 2, Duration.ofSeconds(1), Duration.ofSeconds(2))),
				DecisionSource.MEMORY);
		assertThat(fields(Set.of(HeaderStyle.RATELIMIT), allowed(DAY, 0, Duration.ofSeconds(100)), refused))
			.contains(new HeaderField("RateLimit-Limit", "5"), new HeaderField("RateLimit-Remaining", "2"));
	}

	@Test
	void latestAnswerAboutALimitHolds() {
		assertThat(fields(Set.of(HeaderStyle.DRAFT), allowed(AI, 3, Duration.ofSeconds(1)),
				allowed(AI, 1, Duration.ofSeconds(2))))
			.containsExactly(new HeaderField("RateLimit-Policy", "\"ai\";q=5;w=3"),
					new HeaderField("RateLimit", "\"ai\";r=1;t=2"));
	}

	@Test
	void limitsOfOneNameInTwoTiersAreToldApart() {
		List<PolicyStatus> limits = new ArrayList<>(PolicyStatus.of("user", allowed(DAY, 2, Duration.ofSeconds(100))));
		limits.addAll(PolicyStatus.of("ip", allowed(DAY, 1, Duration.ofSeconds(50))));
		assertThat(new RateLimitHeaders(Set.of(HeaderStyle.DRAFT, HeaderStyle.RATELIMIT)).fields(limits, NOW))
			.containsExactly(new HeaderField("RateLimit-Limit", "100"), new HeaderField("RateLimit-Remaining", "1"),
					new HeaderField("RateLimit-Reset", "50"),
					new HeaderField("RateLimit-Policy", "\"user.day\";q=100;w=86400, \"ip.day\";q=100;w=86400"),
					new HeaderField("RateLimit", "\"user.day\";r=2;t=100, \"ip.day\";r=1;t=50"));
	}

	@Test
	void noneIsNone() {
		assertThat(fields(Set.of(HeaderStyle.NONE), allowed(AI, 3, Duration.ZERO))).isEmpty();
		assertThat(fields(Set.of(), allowed(AI, 3, Duration.ZERO))).isEmpty();
	}

	@Test
	void nothingIsToldWhereNobodyKnows() {
		Set<HeaderStyle> all = Set.of(HeaderStyle.values());
		assertThat(fields(all)).isEmpty();
		assertThat(fields(all, RateLimitDecision.unavailable(), RateLimitDecision.unchecked(DecisionSource.NONE)))
			.isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "1/d, 1, 86400", "7/s, 7, 1", "7/s, 8, 2", "100000/s, 1, 1", "1/3653d, 1000000, 315619200000000",
			"1/3653d, 9223372036854775807, 9223372036854775807" })
	void windowOfAPolicyIsTheTimeToFillItsBucketRoundedUp(String rate, long burst, String window) {
		List<HeaderField> fields = fields(Set.of(HeaderStyle.DRAFT),
				allowed(Limit.of(rate).withBurst(burst), 0, Duration.ZERO));
		assertThat(fields).contains(new HeaderField("RateLimit-Policy", "\"ai\";q=" + burst + ";w=" + window));
	}

	private static RateLimitDecision allowed(Limit limit, long remaining, Duration resetAfter) {
		return RateLimitDecision.of(List.of(new LimitStatus(limit, false, remaining, Duration.ZERO, resetAfter)),
				DecisionSource.MEMORY);
	}

	private static List<HeaderField> fields(Set<HeaderStyle> styles, RateLimitDecision... decisions) {
		return new RateLimitHeaders(styles)
			.fields(Stream.of(decisions).flatMap((decision) -> PolicyStatus.of("ai", decision).stream()).toList(), NOW);
	}

}
