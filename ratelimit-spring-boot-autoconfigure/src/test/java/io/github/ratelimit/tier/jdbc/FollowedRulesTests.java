package io.github.ratelimit.tier.jdbc;

import java.util.List;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.tier.LoadedRules;
import io.github.ratelimit.tier.Rules;
import io.github.ratelimit.tier.json.RuleJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FollowedRules}.
 */
@ExtendWith(OutputCaptureExtension.class)
class FollowedRulesTests {

	private static final String CAUSE = "PSQLException: password authentication failed";

	private final Rules rules = Rules.none();

	private final FollowedRules followed = new FollowedRules(this.rules, new RuleJson(Algorithm.TOKEN_BUCKET),
			RuleExchange.NONE);

	@Test
	void outageIsToldOnce(CapturedOutput output) {
		this.followed.failed(CAUSE);
		this.followed.failed("another");
		this.followed.failed(CAUSE);
		assertThat(output).containsOnlyOnce("WARN").containsOnlyOnce(CAUSE);
		assertThat(this.rules.status().error()).isEqualTo(CAUSE);
	}

	@Test
	void causeThatIsKnownLaterIsToldOnceToo(CapturedOutput output) {
		for (int i = 0; i < 3; i++) {
			this.followed.failed(FollowedRules.NO_ANSWER);
			this.followed.failed(CAUSE);
		}
		assertThat(output.getOut().lines().filter((line) -> line.contains("WARN"))).hasSize(2);
		assertThat(output).containsOnlyOnce(CAUSE);
	}

	@Test
	void nextOutageIsToldAnew(CapturedOutput output) {
		this.followed.failed(FollowedRules.NO_ANSWER);
		this.followed.failed(CAUSE);
		this.followed.read(new LoadedRules(List.of(), List.of()));
		this.followed.failed(FollowedRules.NO_ANSWER);
		this.followed.failed(CAUSE);
		assertThat(output.getOut().lines().filter((line) -> line.contains(CAUSE))).hasSize(2);
		assertThat(output).contains("again, after ");
	}

}
