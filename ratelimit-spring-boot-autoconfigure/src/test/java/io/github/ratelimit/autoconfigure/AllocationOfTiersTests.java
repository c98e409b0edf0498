package io.github.ratelimit.autoconfigure;

import io.github.ratelimit.RateLimiterRegistry;
import io.github.ratelimit.autoconfigure.actuate.RateLimitEndpointAutoConfiguration;
import io.github.ratelimit.autoconfigure.observation.RateLimitMetricsAutoConfiguration;
import io.github.ratelimit.autoconfigure.redis.RateLimitRedisAutoConfiguration;
import io.github.ratelimit.observation.RateLimitMeters;
import io.github.ratelimit.observation.RateLimitStatistics;
import io.github.ratelimit.testsupport.AllocatedBytes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what a decision of a tier allocates in memory, as an application has it. A
 * decision object is 64 bytes.
 */
class AllocationOfTiersTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(RateLimitAutoConfiguration.class, RateLimitRedisAutoConfiguration.class))
		.withPropertyValues("ratelimit.tiers.many.rate=1000000/h", "ratelimit.tiers.few.rate=1/d");

	@Test
	void decisionIsAllThatIsMadeWhereOnlyRefusalsAreTold() {
		this.runner.run((context) -> assertThat(bytes(context, "many", true)).isLessThanOrEqualTo(64));
	}

	@Test
	void limiterThatIsAskedForEachTimeIsNotMadeEachTime() {
		this.runner.run((context) -> {
			RateLimiterRegistry registry = context.getBean(RateLimiterRegistry.class);
			assertThat(AllocatedBytes.perDecision((key) -> registry.get("many").tryAcquire(key), true))
				.isLessThanOrEqualTo(64);
		});
	}

	@Test
	void refusalThatIsToldToTheLogIsAnEventMore() {
		this.runner.run((context) -> assertThat(bytes(context, "few", false)).isLessThanOrEqualTo(120));
	}

	@Test
	void decisionThatStatisticsCountIsAnEventAndAKeyMore() {
		this.runner.withConfiguration(AutoConfigurations.of(RateLimitEndpointAutoConfiguration.class))
			.withPropertyValues("management.endpoints.web.exposure.include=*")
			.run((context) -> {
				assertThat(context).hasSingleBean(RateLimitStatistics.class);
				assertThat(bytes(context, "many", true)).isLessThanOrEqualTo(150);
			});
	}

	@Test
	void decisionThatMetersCountIsAnEventAndAKeyMore() {
		this.runner.withConfiguration(AutoConfigurations.of(RateLimitMetricsAutoConfiguration.class))
			.withBean(SimpleMeterRegistry.class, SimpleMeterRegistry::new)
			.run((context) -> {
				assertThat(context).hasSingleBean(RateLimitMeters.class);
				assertThat(bytes(context, "many", true)).isLessThanOrEqualTo(170);
			});
	}

	@Test
	void rulesForOthersAreLookedUpAndNothingIsAskedInAnotherWay() {
		this.runner
			.withPropertyValues("ratelimit.rules.configured[0].client=user:alice",
					"ratelimit.rules.configured[0].rate=5/s")
			.run((context) -> assertThat(bytes(context, "many", true)).isLessThanOrEqualTo(400));
	}

	private static double bytes(AssertableApplicationContext context, String tier, boolean allowed) {
		return AllocatedBytes.perDecision(context.getBean(RateLimiterRegistry.class).get(tier)::tryAcquire, allowed);
	}

}
