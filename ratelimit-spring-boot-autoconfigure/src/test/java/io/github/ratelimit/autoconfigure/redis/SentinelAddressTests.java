package io.github.ratelimit.autoconfigure.redis;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.RateLimiterRegistry;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.testsupport.SentinelRedis;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the ways to name a primary that Sentinels know.
 */
class SentinelAddressTests {

	private static SentinelRedis redis;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(RateLimitRedisAutoConfiguration.class, RateLimitAutoConfiguration.class))
		.withPropertyValues("ratelimit.application=sentinel", "ratelimit.redis.timeout=30s",
				"ratelimit.redis.connect-timeout=30s", "MEMORYSTORE_ENABLED=");

	@BeforeAll
	static void start() {
		redis = SentinelRedis.start("");
	}

	@AfterAll
	static void stop() {
		redis.close();
	}

	@Test
	void urlOfTheLimiter() {
		this.runner.withPropertyValues("ratelimit.redis.url=" + url())
			.run(SentinelAddressTests::assertThatRedisDecides);
	}

	@Test
	void urlInTheEnvironment() {
		this.runner.withPropertyValues("REDIS_URL=" + url()).run(SentinelAddressTests::assertThatRedisDecides);
	}

	@Test
	void urlOfSpringData() {
		this.runner.withPropertyValues("spring.data.redis.url=" + url(), "REDIS_URL=")
			.run(SentinelAddressTests::assertThatRedisDecides);
	}

	@Test
	void nodesOfSpringDataWithDatabase() {
		this.runner
			.withPropertyValues("spring.data.redis.sentinel.master=" + SentinelRedis.NAME,
					"spring.data.redis.sentinel.nodes=" + String.join(",", redis.sentinelAddresses()),
					"spring.data.redis.password=" + SentinelRedis.PASSWORD, "spring.data.redis.database=3")
			.run(SentinelAddressTests::assertThatRedisDecides);
	}

	private static String url() {
		return "redis-sentinel://:%s@%s/0#%s".formatted(SentinelRedis.PASSWORD,
				String.join(",", redis.sentinelAddresses()), SentinelRedis.NAME);
	}

	private static void assertThatRedisDecides(ApplicationContext context) {
		assertThat(context.getBean(RateLimiterRegistry.class).get("api").tryAcquire("user:1").source())
			.isEqualTo(DecisionSource.REDIS);
	}

}
