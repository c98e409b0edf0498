package io.github.ratelimit.tier;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;

import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitMode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Rule} and {@link RuleTarget}.
 */
class RuleTests {

	private static final RuleTarget ALL = new RuleTarget(null, null, null);

	private static final Limit LIMIT = Limit.of("1/s");

	@ParameterizedTest
	@CsvSource(nullValues = "-", value = { "-, -, -, DEFAULT", "-, ai, -, TIER", "-, -, gold, PLAN",
			"-, ai, gold, PLAN", "user:1, -, -, CLIENT", "user:1, ai, -, CLIENT_AND_ENDPOINT" })
	void targetHasALevel(@Nullable String client, @Nullable String endpoint, @Nullable String plan, RuleLevel level) {
		assertThat(new RuleTarget(client, endpoint, plan).level()).isEqualTo(level);
	}

	@ParameterizedTest
	@CsvSource(nullValues = "-", value = { "' ', -, -, client_id", "'', -, -, client_id", "-, -, ' ', plan",
			"-, a b, -, endpoint", "-, '', -, endpoint", "user:1, -, gold, plan" })
	void targetThatIsNone(@Nullable String client, @Nullable String endpoint, @Nullable String plan, String field) {
		assertInvalid(field, () -> new RuleTarget(client, endpoint, plan));
	}

	@Test
	void clientIsBoundedAndOnOneLine() {
		assertThat(new RuleTarget("x".repeat(256), null, null).client()).hasSize(256);
		assertInvalid("client_id", () -> new RuleTarget("x".repeat(257), null, null));
		assertInvalid("client_id", () -> new RuleTarget("a\nb", null, null));
		assertInvalid("plan", () -> new RuleTarget(null, null, "x".repeat(65)));
	}

	@Test
	void ruleHasOneToEightLimitsOfDifferentNames() {
		assertInvalid("limits", () -> new Rule(ALL, List.of()));
		assertInvalid("limits", () -> new Rule(ALL, List.of(LIMIT, LIMIT)));
		assertInvalid("limits", () -> new Rule(ALL, Collections.nCopies(9, LIMIT)));
		assertThat(new Rule(ALL, List.of(LIMIT, LIMIT.withName("day"))).limits()).hasSize(2);
	}

	@Test
	void percentageIsZeroToOneHundred() {
		assertInvalid("percentage", () -> new Rule(ALL, List.of(LIMIT), null, null, -1, null, null));
		assertInvalid("percentage", () -> new Rule(ALL, List.of(LIMIT), null, null, 101, null, null));
	}

	@Test
	void ruleEndsAfterItBegins() {
		Instant begin = Instant.parse("2027-01-01T00:00:00Z");
		assertInvalid("valid_to", () -> new Rule(ALL, List.of(LIMIT), null, null, 100, begin, begin));
		Rule rule = new Rule(ALL, List.of(LIMIT), null, null, 100, begin, begin.plusNanos(1));
		assertThat(rule.isValidAt(begin)).isTrue();
		assertThat(rule.isValidAt(begin.minusNanos(1))).isFalse();
		assertThat(rule.isValidAt(begin.plusNanos(1))).isFalse();
	}

	@Test
	void modeIsThatOfTheTierWhereNothingIsSaid() {
		List<Limit> limits = List.of(LIMIT, LIMIT.withName("leased").withMode(LimitMode.LEASED),
				LIMIT.withName("algorithm"));
		Rule rule = new Rule(ALL, limits, null, null, 100, null, null, Set.of(Limit.DEFAULT_NAME, "leased"),
				Set.of(Limit.DEFAULT_NAME, "leased", "algorithm", "other"));
		assertThat(rule.modeAsTier()).containsExactly(Limit.DEFAULT_NAME);
		assertThat(rule.with(new RuleTarget("alice", null, null), null, null).modeAsTier())
			.containsExactly(Limit.DEFAULT_NAME);
		assertThat(new Rule(ALL, limits, null, null, 100, null, null, rule.countedAsTier())).isEqualTo(rule);
		assertThat(new Rule(ALL, limits).modeAsTier()).isEmpty();
	}

	private static void assertInvalid(String field, Runnable made) {
		assertThatExceptionOfType(InvalidRuleException.class).isThrownBy(made::run)
			.satisfies((ex) -> assertThat(ex.getField()).isEqualTo(field))
			.withMessage("'%s': %s", field, message(made));
	}

	private static String message(Runnable made) {
		try {
			made.run();
			throw new AssertionError("no exception");
		}
		catch (InvalidRuleException ex) {
			return ex.getReason();
		}
	}

}
