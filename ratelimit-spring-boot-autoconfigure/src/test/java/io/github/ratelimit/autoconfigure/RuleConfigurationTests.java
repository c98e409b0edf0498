package io.github.ratelimit.autoconfigure;

import java.util.List;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.LimitMode;
import io.github.ratelimit.RateLimiterRegistry;
import io.github.ratelimit.TierUse;
import io.github.ratelimit.tier.RuleSet;
import io.github.ratelimit.tier.Rules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for rules of the configuration.
 */
@ExtendWith(OutputCaptureExtension.class)
class RuleConfigurationTests {

	private static final String FIRST = "ratelimit.rules.configured[0].";

	private final ApplicationContextRunner context = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RateLimitAutoConfiguration.class));

	@Test
	void applicationWithoutRulesHasNone() {
		this.context.run((context) -> assertThat(context.getBean(Rules.class).current()).isSameAs(RuleSet.EMPTY));
	}

	@Test
	void rulesHoldForWhomTheyAre() {
		this.context
			.withPropertyValues(FIRST + "client=user:alice", FIRST + "endpoint=ai", FIRST + "rate=50/60s",
					"ratelimit.rules.configured[1].plan=gold", "ratelimit.rules.configured[1].limits[0].rate=5/s",
					"ratelimit.rules.configured[1].limits[1].rate=70/d",
					"ratelimit.rules.configured[1].limits[1].name=day", "ratelimit.rules.algorithm=fixed-window")
			.run((context) -> {
				RateLimiterRegistry limiters = context.getBean(RateLimiterRegistry.class);
				assertThat(limiters.get("ai").tryAcquire("user:alice").limit()).isEqualTo(50);
				assertThat(limiters.get("ai").tryAcquire("user:bob").limit()).isEqualTo(2);
				assertThat(limiters.tryAcquire(List.of(TierUse.of("api", "user:bob").withPlan("gold"))).limits())
					.as("counted as the tier")
					.extracting((status) -> status.limit().algorithm())
					.containsExactly(Algorithm.TOKEN_BUCKET, Algorithm.TOKEN_BUCKET);
			});
	}

	@Test
	void limitSaysItsModeOrHasThatOfTheTier() {
		this.context
			.withPropertyValues("ratelimit.tiers.ai.rate=500/s", "ratelimit.tiers.ai.mode=leased",
					FIRST + "client=user:alice", FIRST + "limits[0].rate=50/s", FIRST + "limits[1].rate=70/d",
					FIRST + "limits[1].name=day", FIRST + "limits[1].mode=strict", FIRST + "limits[2].rate=90/h",
					FIRST + "limits[2].name=hour", FIRST + "limits[2].algorithm=fixed-window",
					"ratelimit.rules.configured[1].client=user:bob", "ratelimit.rules.configured[1].rate=50/s",
					"ratelimit.rules.configured[1].mode=strict")
			.run((context) -> {
				assertThat(modes(context, "user:alice")).containsExactly(LimitMode.LEASED, LimitMode.STRICT,
						LimitMode.STRICT);
				assertThat(modes(context, "user:bob")).containsExactly(LimitMode.STRICT);
				assertThat(modes(context, "user:carol")).containsExactly(LimitMode.LEASED);
			});
	}

	private static List<LimitMode> modes(ApplicationContext context, String key) {
		return context.getBean(RateLimiterRegistry.class)
			.tryAcquire(List.of(TierUse.of("ai", key)))
			.limits()
			.stream()
			.map((status) -> status.limit().mode())
			.toList();
	}

	@Test
	void namesThatAreNoTiersAreKnownToTheService() {
		this.context
			.withPropertyValues(FIRST + "client=client_a", FIRST + "endpoint=login", FIRST + "rate=20/60s",
					"ratelimit.rules.algorithm=fixed-window")
			.withBean(ServiceMode.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(RateLimiterRegistry.class)
					.tryAcquire(List.of(TierUse.of("login", "client_a")))
					.limits()).extracting((status) -> status.limit().algorithm() + " " + status.limit().burst())
					.containsExactly("FIXED_WINDOW 20");
				assertThat(context.getBean(RateLimiterRegistry.class).get("global").tryAcquire("client_b").limit())
					.isEqualTo(100);
			});
	}

	@Test
	void nameThatIsNoTierStopsTheStartWhereNobodyCanAskForIt(CapturedOutput output) {
		StartupFailureTests.fails(output, FIRST + "endpoint=login", FIRST + "rate=20/60s")
			.contains("An endpoint of 'ratelimit.rules.configured'")
			.contains("login");
	}

	@ParameterizedTest
	@CsvSource({ "client, ' ', 'it must be 1 to 256 characters, not blank, without control characters'",
			"percentage, 101, 'it must be 0 to 100, not 101'" })
	void settingThatIsWrongIsNamed(String property, String value, String reason, CapturedOutput output) {
		StartupFailureTests.fails(output, FIRST + "rate=20/60s", FIRST + property + "=" + value)
			.contains(FIRST + property)
			.contains(reason);
	}

	@Test
	void ruleHasARate(CapturedOutput output) {
		StartupFailureTests.fails(output, FIRST + "client=alice").contains("Set '" + FIRST + "rate'");
	}

	@Test
	void ruleIsForAClientOrAPlan(CapturedOutput output) {
		StartupFailureTests.fails(output, FIRST + "client=alice", FIRST + "plan=gold", FIRST + "rate=1/s")
			.contains("a rule for one client is not for a plan");
	}

	@Test
	void twoRulesForTheSameStopTheStart(CapturedOutput output) {
		StartupFailureTests
			.fails(output, FIRST + "client=alice", FIRST + "rate=1/s", "ratelimit.rules.configured[1].client=alice",
					"ratelimit.rules.configured[1].rate=2/s")
			.contains("ratelimit.rules.configured[1].valid-from")
			.contains("begins at the same time");
	}

}
