package io.github.ratelimit.autoconfigure.redis;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimiterRegistry;
import io.github.ratelimit.algorithm.TokenBucket;
import io.github.ratelimit.algorithm.TokenBucketState;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.testsupport.RedisProbe;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests that several instances of an application on one Redis admit, together and to the
 * unit, what the limit allows.
 */
class SeveralInstancesTests {

	private static final int INSTANCES = 3;

	private static final int CALLERS = 64;

	private static final long NANOS_OF_LOAD = TimeUnit.SECONDS.toNanos(5);

	/**
	 * Bursts take seconds to come back: the buckets are never full while callers ask, and
	 * so no unit is lost.
	 */
	private static final Map<String, Limit> LIMITS = Map.of("fast", Limit.of("50/s").withBurst(100), "odd",
			Limit.of("7/s").withBurst(14), "day", Limit.of("1/d").withBurst(500));

	private static final Set<DecisionSource> REDIS = Set.of(DecisionSource.REDIS);

	private static final Set<DecisionSource> REDIS_OR_CACHE = Set.of(DecisionSource.REDIS,
			DecisionSource.REFUSAL_CACHE);

	@Test
	void admitTogetherExactlyWhatTheLimitAllows() throws InterruptedException {
		try (RedisProcess server = RedisServers.dedicated(); RedisProbe probe = RedisProbe.of(server.uri())) {
			List<ConfigurableApplicationContext> instances = new ArrayList<>();
			for (int i = 0; i < INSTANCES; i++) {
				instances.add(start(server.uri()));
			}
			// Each has one to ask, and one to hear what others publish
			await().atMost(Duration.ofSeconds(30)).until(() -> probe.otherConnections() == 2 * INSTANCES);
			admitExactly(instances, probe);
			instances.forEach(ConfigurableApplicationContext::close);
		}
	}

	private static void admitExactly(List<ConfigurableApplicationContext> instances, RedisProbe probe)
			throws InterruptedException {
		Instant before = probe.time();
		Map<String, AtomicLong> admitted = new ConcurrentHashMap<>();
		Map<String, TokenBucketState> first = new TreeMap<>();
		LIMITS.forEach((tier, limit) -> {
			RateLimitDecision decision = limiter(instances, 0).get(tier).tryAcquire("user:1", limit.burst() - 1);
			assertThat(decision.allowed()).isTrue();
			admitted.put(tier, new AtomicLong(limit.burst() - 1));
			first.put(tier, state(probe, tier));
		});

		load(instances, admitted);

		Instant after = probe.time();
		LIMITS.forEach((tier, limit) -> {
			TokenBucketState last = state(probe, tier);
			assertThat(admitted.get(tier).get()).as(tier)
				.isEqualTo(limit.burst() - 1 + chargedBetween(limit, first.get(tier), last))
				.isLessThanOrEqualTo(limit.burst() + unitsIn(limit, Duration.between(before, after)))
				.isGreaterThanOrEqualTo(limit.burst());
		});
		assertThat(admitted.get("day")).hasValue(500);
	}

	/**
	 * Ask from many threads, each of one instance, for all tiers in turn.
	 */
	private static void load(List<ConfigurableApplicationContext> instances, Map<String, AtomicLong> admitted)
			throws InterruptedException {
		ExecutorService executor = Executors.newFixedThreadPool(CALLERS);
		try {
			CountDownLatch start = new CountDownLatch(1);
			List<Future<?>> callers = new ArrayList<>();
			for (int i = 0; i < CALLERS; i++) {
				RateLimiterRegistry limiters = limiter(instances, i % INSTANCES);
				callers.add(executor.submit(() -> {
					start.await();
					long begin = System.nanoTime();
					while (System.nanoTime() - begin < NANOS_OF_LOAD) {
						for (String tier : LIMITS.keySet()) {
							RateLimitDecision decision = limiters.get(tier).tryAcquire("user:1");
							assertThat(decision.source()).isIn((decision.allowed()) ? REDIS : REDIS_OR_CACHE);
							admitted.get(tier).addAndGet((decision.allowed()) ? 1 : 0);
						}
					}
					return null;
				}));
			}
			start.countDown();
			for (Future<?> caller : callers) {
				caller.get(60, TimeUnit.SECONDS);
			}
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new AssertionError(ex);
		}
		finally {
			executor.shutdownNow();
		}
	}

	/**
	 * Return how many units were charged between two states of a bucket that was never
	 * full: what is missing more, and what came back.
	 */
	private static long chargedBetween(Limit limit, TokenBucketState first, TokenBucketState last) {
		TokenBucket bucket = TokenBucket.of(limit);
		assertThat(bucket.scale().tickMicros()).isEqualTo(1);
		long parts = last.spent() - first.spent()
				+ (last.atMicros() - first.atMicros()) * bucket.scale().partsPerTick();
		assertThat(parts % bucket.scale().partsPerUnit()).isZero();
		return parts / bucket.scale().partsPerUnit();
	}

	private static long unitsIn(Limit limit, Duration elapsed) {
		return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.EPOCH.plus(elapsed)) * limit.rate().quota()
				/ limit.rate().windowMicros();
	}

	private static TokenBucketState state(RedisProbe probe, String tier) {
		byte[] value = probe.value("rate_limit:several:" + tier + ":{user:1}");
		assertThat(value).hasSize(28);
		return new TokenBucketState(number(value, 0), number(value, 7), number(value, 14), number(value, 21), 0,
				Long.MAX_VALUE);
	}

	private static long number(byte[] value, int offset) {
		return ByteBuffer.allocate(Long.BYTES).position(1).put(value, offset, 7).getLong(0);
	}

	private static RateLimiterRegistry limiter(List<ConfigurableApplicationContext> instances, int index) {
		return instances.get(index).getBean(RateLimiterRegistry.class);
	}

	private static ConfigurableApplicationContext start(String uri) {
		List<String> arguments = new ArrayList<>(List.of("--spring.main.banner-mode=off",
				"--ratelimit.redis.url=" + uri, "--ratelimit.application=several", "--ratelimit.redis.timeout=30s",
				"--ratelimit.redis.connect-timeout=30s"));
		LIMITS.forEach((tier, limit) -> {
			arguments.add("--ratelimit.tiers." + tier + ".rate=" + limit.rate());
			arguments.add("--ratelimit.tiers." + tier + ".burst=" + limit.burst());
		});
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.run(arguments.toArray(String[]::new));
	}

	@ImportAutoConfiguration({ RateLimitRedisAutoConfiguration.class, RateLimitAutoConfiguration.class })
	static class Application {

	}

}
