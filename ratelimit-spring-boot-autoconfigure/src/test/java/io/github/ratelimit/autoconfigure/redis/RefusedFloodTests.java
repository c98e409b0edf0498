package io.github.ratelimit.autoconfigure.redis;

import java.time.Duration;
import java.util.List;

import io.github.ratelimit.CounterChanges;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.RateLimiterRegistry;
import io.github.ratelimit.Reservation;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.refusal.RefusalCachingRateLimitStore;
import io.github.ratelimit.resilience.FailureModeRateLimitStore;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import io.github.ratelimit.testsupport.PlainRedis;
import io.github.ratelimit.testsupport.RedisProbe;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests what refused requests cost Redis, and that instances stop refusing when units are
 * given back, on a real Redis of their own.
 */
class RefusedFloodTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private static final int KEYS = 1_000;

	private static final int ROUNDS = 20;

	private final RedisProcess server = RedisServers.dedicated();

	private final RedisProbe probe = RedisProbe.of(this.server.uri());

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(RateLimitRedisAutoConfiguration.class, RateLimitAutoConfiguration.class))
		.withPropertyValues("spring.application.name=shop", "ratelimit.redis.timeout=30s",
				"ratelimit.redis.connect-timeout=30s", "ratelimit.redis.url=" + this.server.uri(),
				"ratelimit.redis.heartbeat-interval=1h", "ratelimit.tiers.orders.rate=2/h",
				"ratelimit.tiers.watched.rate=2/h", "ratelimit.tiers.watched.enforcement=shadow",
				"ratelimit.tiers.twice.limits[0].rate=2/h", "ratelimit.tiers.twice.limits[1].rate=100/d",
				"ratelimit.tiers.twice.limits[1].name=day", "MEMORYSTORE_ENABLED=", "REDIS_URL=");

	@BeforeEach
	void clear() {
		this.probe.clear();
	}

	@AfterEach
	void stop() {
		this.probe.close();
		this.server.close();
	}

	@Test
	void floodCostsOneCallPerKeyAndWait() {
		this.runner.run((context) -> {
			RateLimiterRegistry limiters = context.getBean(RateLimiterRegistry.class);
			for (String tier : List.of("orders", "twice", "watched")) {
				RateLimiter limiter = limiters.get(tier);
				for (int key = 0; key < KEYS; key++) {
					limiter.tryAcquire("user:" + key, 2);
				}
				this.probe.clearCommandCalls();
				long start = System.nanoTime();
				boolean allowed = tier.equals("watched");
				for (int call = 0; call < ROUNDS * KEYS; call++) {
					assertThat(limiter.tryAcquire("user:" + call % KEYS).allowed()).isEqualTo(allowed);
				}
				long waits = Duration.ofNanos(System.nanoTime() - start).toSeconds() + 1;
				assertThat(this.probe.commandCalls().get("evalsha")).as(tier)
					.isLessThanOrEqualTo(waits * KEYS * 21 / 20);
			}
		});
	}

	@Test
	void resetAndRefundInOneInstanceAreSeenInTheOther() {
		this.runner.run((one) -> this.runner.run((two) -> {
			awaitSubscribers(2);
			RateLimiter here = one.getBean(RateLimiterRegistry.class).get("orders");
			RateLimiter there = two.getBean(RateLimiterRegistry.class).get("orders");
			Reservation reservation = here.reserve("user:1", 2);
			assertThat(there.tryAcquire("user:1").allowed()).isFalse();
			assertThat(source(there)).isEqualTo(DecisionSource.REFUSAL_CACHE);
			reservation.cancel();
			await().atMost(LONG).until(() -> there.tryAcquire("user:1", 2).allowed());
			assertThat(there.tryAcquire("user:1").allowed()).isFalse();
			assertThat(source(there)).isEqualTo(DecisionSource.REFUSAL_CACHE);
			here.reset("user:1");
			await().atMost(LONG).until(() -> there.tryAcquire("user:1", 2).allowed());
			assertThat(this.probe.commandCalls()).containsEntry("publish", 2L);
		}));
	}

	@Test
	void withoutMessagesASecondIsTheLongest() {
		try (PlainRedis redis = PlainRedis.of(this.server.port())) {
			redis.call("ACL", "SETUSER", "default", "-subscribe", "-publish");
		}
		this.runner.run((one) -> this.runner.run((two) -> {
			RateLimiter there = two.getBean(RateLimiterRegistry.class).get("orders");
			there.tryAcquire("user:1", 2);
			assertThat(there.tryAcquire("user:1").allowed()).isFalse();
			one.getBean(RateLimiterRegistry.class).get("orders").reset("user:1");
			await().atMost(LONG).until(() -> there.tryAcquire("user:1").allowed());
		}));
	}

	@Test
	void failureModeTakesOverWhereRedisHasGone() {
		this.runner.withPropertyValues("ratelimit.redis.timeout=100ms", "ratelimit.failure-mode=open")
			.run((context) -> {
				RateLimiter limiter = context.getBean(RateLimiterRegistry.class).get("orders");
				await().atMost(LONG).until(() -> source(limiter) == DecisionSource.REFUSAL_CACHE);
				this.server.stop();
				await().atMost(LONG).until(() -> source(limiter) == DecisionSource.FAILURE_MODE);
				assertThat(limiter.tryAcquire("user:1").allowed()).isTrue();
				this.server.start();
			});
	}

	@Test
	void canBeSwitchedOff() {
		this.runner
			.withPropertyValues("ratelimit.redis.refusal-cache.enabled=false", "ratelimit.redis.leases.enabled=false")
			.run((context) -> {
				assertThat(context.getBean(RateLimitStore.class)).isInstanceOf(FailureModeRateLimitStore.class);
				RateLimiter limiter = context.getBean(RateLimiterRegistry.class).get("orders");
				limiter.tryAcquire("user:1", 2);
				for (int i = 0; i < 3; i++) {
					assertThat(source(limiter)).isEqualTo(DecisionSource.REDIS);
				}
				limiter.reset("user:1");
				assertThat(this.probe.commandCalls()).doesNotContainKeys("subscribe", "publish");
			});
	}

	@Test
	void standsOnlyBeforeRedis() {
		this.runner.run((context) -> {
			assertThat(context.getBean(RateLimitStore.class)).isInstanceOf(RefusalCachingRateLimitStore.class);
			assertThat(context).hasSingleBean(CounterChanges.class);
		});
		this.runner.withPropertyValues("ratelimit.redis.url=")
			.run((context) -> assertThat(context.getBean(RateLimitStore.class))
				.isInstanceOf(InMemoryRateLimitStore.class));
		this.runner.withBean("own", RateLimitStore.class, InMemoryRateLimitStore::create)
			.run((context) -> assertThat(context.getBean(RateLimitStore.class))
				.isInstanceOf(InMemoryRateLimitStore.class));
	}

	@Test
	void sizeBelowOneStopsTheStart() {
		this.runner.withPropertyValues("ratelimit.redis.refusal-cache.max-size=0")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("ratelimit.redis.refusal-cache.max-size"));
	}

	private static DecisionSource source(RateLimiter limiter) {
		RateLimitDecision decision = limiter.tryAcquire("user:1");
		return decision.source();
	}

	private void awaitSubscribers(long number) {
		await().atMost(LONG).until(() -> {
			try (PlainRedis redis = PlainRedis.of(this.server.port())) {
				return Long.parseLong(redis.texts("PUBSUB", "NUMSUB", "rate_limit:shop:changes").get(1)) == number;
			}
		});
	}

}
