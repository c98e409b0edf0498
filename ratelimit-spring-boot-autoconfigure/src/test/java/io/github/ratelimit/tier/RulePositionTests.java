package io.github.ratelimit.tier;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import io.github.ratelimit.Limit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link RulePosition} and how a {@link RuleSet} uses it.
 */
class RulePositionTests {

	private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

	// In order
	private static final List<Rule> RULES = List.of(rule(null, null, null), rule(null, "ai", null),
			rule(null, null, "pro"), rule(null, "ai", "pro"), rule("a", null, null), until("a", NOW),
			from("a", NOW.minusSeconds(1)), from("a", NOW), rule("a", "ai", null), rule("a b", null, null),
			rule("ab", null, null), rule("käse|😀", null, null));

	@Test
	void rulesAreInOneOrder() {
		List<Rule> shuffled = new ArrayList<>(RULES);
		shuffled.remove(until("a", NOW));
		for (int seed = 0; seed < 20; seed++) {
			Collections.shuffle(shuffled, new Random(seed));
			RuleSet rules = RuleSet.of(shuffled).over(RuleSet.of(List.of(until("a", NOW))));
			assertThat(rules.ordered().values()).containsExactlyElementsOf(RULES);
		}
	}

	@Test
	void rulesAreSortedOnce() {
		RuleSet rules = RuleSet.of(RULES.subList(0, 4));
		assertThat(rules.ordered()).isSameAs(rules.ordered());
	}

	@Test
	void ruleThatNeverHoldsIsLeftOut() {
		Rule above = rule("a", null, null);
		Rule beneath = new Rule(above.target(), List.of(Limit.of("9/s")));
		assertThat(RuleSet.of(List.of(above)).over(RuleSet.of(List.of(beneath))).ordered().values())
			.containsExactly(above);
	}

	@Test
	void rulesOfAClientAndOfATargetAreFound() {
		RuleSet rules = RuleSet.of(RULES.subList(5, RULES.size())).over(RuleSet.of(RULES.subList(0, 5)));
		assertThat(rules.forClient("a")).containsExactlyElementsOf(RULES.subList(4, 9));
		assertThat(rules.forClient("a b")).containsExactly(rule("a b", null, null));
		assertThat(rules.forClient("nobody")).isEmpty();
		assertThat(RuleSet.EMPTY.forClient("a")).isEmpty();
		assertThat(rules.forTarget(new RuleTarget("a", "ai", null))).containsExactly(rule("a", "ai", null));
		assertThat(rules.forTarget(new RuleTarget("a", null, null))).hasSize(4);
		assertThat(rules.forTarget(new RuleTarget("b", null, null))).isEmpty();
	}

	@Test
	void positionIsReadAsItIsWritten() {
		for (Rule rule : RULES) {
			RulePosition position = RulePosition.of(rule);
			assertThat(RulePosition.parse(position.toText())).isEqualTo(position);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a", "a\nb\nc\n\n\n", "a\nb\nc\nnow\n", "a\nb\nc\n\n2026" })
	void otherTextIsRefused(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> RulePosition.parse(text));
	}

	private static Rule rule(@Nullable String client, @Nullable String endpoint, @Nullable String plan) {
		return new Rule(new RuleTarget(client, endpoint, plan), List.of(Limit.of("1/s")));
	}

	private static Rule from(String client, Instant time) {
		return times(client, time, null);
	}

	private static Rule until(String client, Instant time) {
		return times(client, null, time);
	}

	private static Rule times(String client, @Nullable Instant from, @Nullable Instant to) {
		return new Rule(new RuleTarget(client, null, null), List.of(Limit.of("1/s")), null, null, Rule.ALL_KEYS, from,
				to);
	}

}
