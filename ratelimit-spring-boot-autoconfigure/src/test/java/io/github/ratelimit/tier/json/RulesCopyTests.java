package io.github.ratelimit.tier.json;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.tier.InvalidRuleException;
import io.github.ratelimit.tier.Rule;
import io.github.ratelimit.tier.RuleTarget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link RulesCopy}.
 */
class RulesCopyTests {

	private final RuleJson json = new RuleJson(Algorithm.TOKEN_BUCKET);

	@Test
	void isReadAsItWasWritten() {
		RulesCopy copy = new RulesCopy(Instant.parse("2026-11-21T12:00:00Z"),
				List.of(new Rule(new RuleTarget("client_a", "login", null), List.of(Limit.of("20/60s")))));
		assertThat(RulesCopy.read(copy.write(this.json), this.json)).isEqualTo(copy);
	}

	@Test
	void rulesAreReadAsOthersAreAndThoseThatAreNoneLeftOut() {
		RulesCopy copy = RulesCopy.read("""
				{"format":1,"read_at":"2026-11-21T12:00:00Z","rules":[
				{"client_id":"a","rate":1,"window":0.5},
				{"client_id":"b","rate":1,"window":1e999999999},
				{"client_id":"c","rate":1,"window":1,"more":1}]}""", this.json);
		assertThat(copy.rules()).singleElement()
			.satisfies((rule) -> assertThat(rule.limits().get(0).rate().window()).isEqualTo(Duration.ofMillis(500)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "no", "[]", "{}", "{\"format\":2}", "{\"format\":1}",
			"{\"format\":1,\"read_at\":\"today\",\"rules\":[]}",
			"{\"format\":1,\"format\":1,\"read_at\":\"2026-11-21T12:00:00Z\",\"rules\":[]}" })
	void anythingElseIsNone(String text) {
		assertThatExceptionOfType(InvalidRuleException.class).isThrownBy(() -> RulesCopy.read(text, this.json));
	}

}
