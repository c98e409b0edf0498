package io.github.ratelimit.tier.json;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Enforcement;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitMode;
import io.github.ratelimit.Rate;
import io.github.ratelimit.tier.InvalidRuleException;
import io.github.ratelimit.tier.Rule;
import io.github.ratelimit.tier.RuleTarget;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link RuleJson}.
 */
class RuleJsonTests {

	private final RuleJson json = new RuleJson(Algorithm.TOKEN_BUCKET);

	@Test
	void shortForm() {
		Rule rule = this.json.read("""
				{"client_id": "client_a", "rate": 20, "window": 60, "endpoint": "login"}""");
		assertThat(rule).isEqualTo(new Rule(new RuleTarget("client_a", "login", null), List.of(Limit.of("20/60s")),
				null, null, 100, null, null, Set.of(Limit.DEFAULT_NAME)));
	}

	@ParameterizedTest
	@CsvSource({ "60, PT1M", "0.5, PT0.5S", "1e2, PT100S", "86400, PT24H" })
	void windowIsInSeconds(String window, Duration duration) {
		assertThat(this.json.read("{\"rate\": 1, \"window\": " + window + "}").limits().get(0).rate().window())
			.isEqualTo(duration);
	}

	@Test
	void rateAsTheConfigurationWritesIt() {
		assertThat(this.json.read("{\"rate\": \"0.5/s\", \"burst\": 3}").limits())
			.containsExactly(Limit.of("0.5/s").withBurst(3));
	}

	@Test
	void algorithmThatIsNotSaidIsTheOneByDefault() {
		assertThat(new RuleJson(Algorithm.SLIDING_WINDOW).read("{\"rate\": \"5/s\"}").limits().get(0).algorithm())
			.isEqualTo(Algorithm.SLIDING_WINDOW);
	}

	static Stream<Rule> rules() {
		Instant from = Instant.parse("2026-12-24T00:00:00Z");
		Limit day = new Limit("day", Rate.parse("100/d"), 100, Algorithm.FIXED_WINDOW, ZoneId.of("Europe/Berlin"));
		return Stream.of(new Rule(new RuleTarget(null, null, null), List.of(Limit.of("1/s"))),
				new Rule(new RuleTarget("user:a|b\"c", "ai", null), List.of(Limit.of("11/13s").withBurst(4), day),
						FailureMode.CLOSED, Enforcement.SHADOW, 7, from, from.plusSeconds(1)),
				new Rule(new RuleTarget(null, null, "gold"),
						List.of(Limit.of("5/s").withAlgorithm(Algorithm.SLIDING_WINDOW_COUNTER))),
				new Rule(new RuleTarget("a", null, null),
						List.of(Limit.of("5/s").withAlgorithm(Algorithm.FIXED_WINDOW), day), null, null, 100, null,
						null, Set.of(Limit.DEFAULT_NAME)),
				new Rule(new RuleTarget("b", null, null), List.of(Limit.of("5000/s").withMode(LimitMode.LEASED))),
				countedAsTier(Limit.of("5/s").withAlgorithm(Algorithm.FIXED_WINDOW), Set.of()),
				countedAsTier(Limit.of("5/s").withAlgorithm(Algorithm.FIXED_WINDOW), Set.of(Limit.DEFAULT_NAME)),
				countedAsTier(Limit.of("5/s").withAlgorithm(Algorithm.FIXED_WINDOW).withMode(LimitMode.LEASED),
						Set.of(Limit.DEFAULT_NAME)));
	}

	private static Rule countedAsTier(Limit limit, Set<String> modeAsTier) {
		return new Rule(new RuleTarget("c", null, null), List.of(limit), null, null, 100, null, null,
				Set.of(limit.name()), modeAsTier);
	}

	@Test
	void modeIsStrictUnlessItIsSaid() {
		assertThat(this.json.read("{\"rate\": \"500/s\"}").limits().get(0).mode()).isEqualTo(LimitMode.STRICT);
		assertThat(this.json.read("{\"rate\": \"500/s\", \"mode\": \"leased\"}").limits().get(0).mode())
			.isEqualTo(LimitMode.LEASED);
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`', nullValues = "-", value = { "``, default", "`,\"mode\":\"strict\"`, -", //
			"`,\"mode\":\"leased\"`, -", "`,\"algorithm\":\"fixed-window\"`, -", //
			"`,\"algorithm\":\"fixed-window\",\"mode\":\"leased\"`, -" })
	void modeIsThatOfTheTierUnlessItOrAnAlgorithmIsSaid(String said, @Nullable String asTier) {
		Rule rule = this.json.read("{\"rate\":\"500/s\"" + said + "}");
		assertThat(rule.modeAsTier()).isEqualTo((asTier != null) ? Set.of(asTier) : Set.of());
		assertThat(this.json.write(rule)).isEqualTo("{\"limits\":[{\"rate\":\"500/s\"" + said + "}]}");
	}

	@ParameterizedTest
	@MethodSource("rules")
	void whatIsWrittenIsReadAgain(Rule rule) {
		assertThat(new RuleJson(Algorithm.FIXED_WINDOW).read(this.json.write(rule))).isEqualTo(rule);
	}

	@Test
	void whatSaysNothingIsNotWritten() {
		assertThat(this.json.write(new Rule(new RuleTarget("a", null, null), List.of(Limit.of("5/s")))))
			.isEqualTo("{\"client_id\":\"a\",\"limits\":[{\"rate\":\"5/s\",\"algorithm\":\"token-bucket\"}]}");
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`', value = { //
			"rule, `[]`", //
			"rule, `{`", //
			"rule, ``", //
			"rule, `{\"rate\":\"1/s\",\"rate\":\"2/s\"}`", //
			"rule, `{\"rate\":\"1/s\"} x`", //
			"rule, `{\"rate\":1,\"window\":1e99999999999}`", //
			"client_id, `{\"rate\":\"1/s\",\"client_id\":\"half \\ud83d\"}`", //
			"plan, `{\"rate\":\"1/s\",\"plan\":\"\\ude00\"}`", //
			"rates, `{\"rates\":\"1/s\"}`", //
			"rate, `{}`", //
			"rate, `{\"rate\":null}`", //
			"rate, `{\"rate\":\"quick\"}`", //
			"rate, `{\"rate\":1.5,\"window\":1}`", //
			"rate, `{\"rate\":0,\"window\":1}`", //
			"rate, `{\"rate\":true,\"window\":1}`", //
			"rate, `{\"rate\":99999999999999999999,\"window\":1}`", //
			"rate, `{\"rate\":\"600000/s\",\"algorithm\":\"sliding-window\"}`", //
			"window, `{\"rate\":1}`", //
			"window, `{\"rate\":1,\"window\":\"60\"}`", //
			"window, `{\"rate\":1,\"window\":0}`", //
			"window, `{\"rate\":1,\"window\":-1}`", //
			"window, `{\"rate\":1,\"window\":0.0001}`", //
			"window, `{\"rate\":1,\"window\":1e999999999}`", //
			"window, `{\"rate\":1,\"window\":1e-999999999}`", //
			"window, `{\"rate\":\"1/s\",\"window\":1}`", //
			"burst, `{\"rate\":\"1/s\",\"burst\":0}`", //
			"burst, `{\"rate\":\"1/s\",\"burst\":5,\"algorithm\":\"fixed-window\"}`", //
			"algorithm, `{\"rate\":\"1/s\",\"algorithm\":\"leaky\"}`", //
			"algorithm, `{\"rate\":\"1/s\",\"algorithm\":\"TOKEN_BUCKET\"}`", //
			"zone, `{\"rate\":\"1/d\",\"zone\":\"Mars/Olympus\"}`", //
			"name, `{\"rate\":\"1/d\",\"name\":\"a b\"}`", //
			"client_id, `{\"rate\":\"1/d\",\"client_id\":5}`", //
			"client_id, `{\"rate\":\"1/d\",\"client_id\":\" \"}`", //
			"endpoint, `{\"rate\":\"1/d\",\"endpoint\":\"a/b\"}`", //
			"percentage, `{\"rate\":\"1/d\",\"percentage\":101}`", //
			"percentage, `{\"rate\":\"1/d\",\"percentage\":4294967396}`", //
			"valid_from, `{\"rate\":\"1/d\",\"valid_from\":\"tomorrow\"}`", //
			"valid_to, `{\"rate\":\"1/d\",\"valid_from\":\"2026-01-02T00:00:00Z\",\"valid_to\":\"2026-01-01T00:00:00Z\"}`", //
			"enforcement, `{\"rate\":\"1/d\",\"enforcement\":\"maybe\"}`", //
			"failure_mode, `{\"rate\":\"1/d\",\"failure_mode\":\"ajar\"}`", //
			"limits, `{\"limits\":[]}`", //
			"limits, `{\"limits\":{}}`", //
			"burst, `{\"burst\":1,\"limits\":[{\"rate\":\"1/s\"}]}`", //
			"limits, `{\"limits\":[{\"rate\":\"1/s\"},{\"rate\":\"2/s\"}]}`", //
			"limits[0], `{\"limits\":[5]}`", //
			"limits[1].rate, `{\"limits\":[{\"rate\":\"1/s\"},{\"name\":\"day\"}]}`", //
			"limits[0].client_id, `{\"limits\":[{\"rate\":\"1/s\",\"client_id\":\"a\"}]}`" })
	void fieldThatIsWrongIsNamed(String field, String text) {
		assertThatExceptionOfType(InvalidRuleException.class).isThrownBy(() -> this.json.read(text))
			.satisfies((ex) -> assertThat(ex.getField()).isEqualTo(field))
			.satisfies((ex) -> assertThat(ex.getReason()).isNotBlank().isNotEqualTo("null"));
	}

	@Test
	void nestingHasNoEnd() {
		String text = "{\"limits\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
		assertThatExceptionOfType(InvalidRuleException.class).isThrownBy(() -> this.json.read(text));
	}

}
