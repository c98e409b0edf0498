package io.github.ratelimit.autoconfigure.redis;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.autoconfigure.SharedStore;
import io.github.ratelimit.testsupport.SentinelRedis;
import io.github.ratelimit.testsupport.SteadyLoad;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.awaitility.Awaitility.await;

/**
 * Tests that a primary is found through Sentinels, and the replica that is put in its
 * place.
 */
class SentinelFailoverTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(RateLimitRedisAutoConfiguration.class, RateLimitAutoConfiguration.class))
		.withPropertyValues("ratelimit.application=sentinel", "ratelimit.redis.connect-timeout=10s", "REDIS_URL=",
				"MEMORYSTORE_ENABLED=");

	private SentinelRedis redis;

	@BeforeEach
	void start() {
		this.redis = SentinelRedis.start(SentinelRedis.SENTINEL_PASSWORD);
	}

	@AfterEach
	void stop() {
		this.redis.close();
	}

	@Test
	void replicaDecidesInPlaceOfPrimaryThatIsKilled() {
		withSentinelProperties((store) -> replicaDecidesAfter(store, () -> this.redis.primary().stop()));
	}

	/**
	 * The connection to the primary stays open.
	 */
	@Test
	void replicaDecidesInPlaceOfPrimaryThatHangs() {
		withSentinelProperties((store) -> replicaDecidesAfter(store, () -> this.redis.primary().freeze()));
	}

	private void withSentinelProperties(Consumer<RateLimitStore> test) {
		this.runner
			.withPropertyValues("spring.data.redis.sentinel.master=" + SentinelRedis.NAME,
					"spring.data.redis.sentinel.nodes=" + String.join(",", this.redis.sentinelAddresses()),
					"spring.data.redis.sentinel.password=" + SentinelRedis.SENTINEL_PASSWORD,
					"spring.data.redis.password=" + SentinelRedis.PASSWORD)
			.run((context) -> test.accept(context.getBean(SharedStore.class).store()));
	}

	private void replicaDecidesAfter(RateLimitStore store, Runnable lose) {
		try (SteadyLoad load = SteadyLoad.on(store, List.of("alice", "bob"), SteadyLoad.MANY)) {
			load.awaitSteady(TIMEOUT);
			lose.run();
			await().atMost(TIMEOUT).until(this.redis::isReplaced);
			load.awaitSteady(TIMEOUT);
			load.stop();
			load.assertThatNothingIsCountedTwice();
		}
	}

}
