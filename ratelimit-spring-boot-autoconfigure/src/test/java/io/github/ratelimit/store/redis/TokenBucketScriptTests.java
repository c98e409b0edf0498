package io.github.ratelimit.store.redis;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import io.github.ratelimit.algorithm.TokenBucket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what {@code token-bucket.lua} keeps on a real Redis, and how long.
 */
class TokenBucketScriptTests {

	private static final long NOW = 1_700_000_000_123_457L;

	private static TimedRedis redis;

	private final String key = UUID.randomUUID().toString();

	@BeforeAll
	static void connect() {
		redis = new TimedRedis();
	}

	@AfterAll
	static void disconnect() {
		redis.close();
	}

	@Test
	void keepsFourNumbersAndTwoMoreForADebt() {
		Limit limit = Limit.of("1/h").withBurst(5);
		long unit = TokenBucket.of(limit).scale().partsPerUnit();
		RateLimitRequest request = TimedRedis.request(this.key, limit, 3);
		RateLimitDecision decision = redis.acquireAsync(NOW, request).join();
		assertThat(redis.numbers(this.key, limit)).containsExactly(NOW, 3 * unit, unit, NOW);
		redis.store().settle(new RateLimitSettlement(request, decision, List.of(9L))).toCompletableFuture().join();
		assertThat(redis.numbers(this.key, limit)).containsExactly(NOW, 9 * unit, unit, NOW, 0L, 5 * unit);
		assertThat(redis.timeToLive(this.key, limit)).isBetween(Duration.ofHours(9),
				Duration.ofHours(9).plusMinutes(1));
	}

	@Test
	void takesTheTimeOfTheServerUnlessToldOtherwise() {
		Limit limit = Limit.of("1/d").withBurst(2);
		assertThat(acquire(limit, 1).remaining()).isEqualTo(1);
		List<Long> first = redis.numbers(this.key, limit);
		assertThat(acquire(limit, 1).remaining()).isZero();
		List<Long> second = redis.numbers(this.key, limit);
		assertThat(second.get(0)).isGreaterThan(first.get(0));
		assertThat(second.get(1)).isBetween(first.get(1), 2 * first.get(1));
		assertThat(acquire(limit, 1).refused()).isTrue();
		assertThat(redis.numbers(this.key, limit)).isEqualTo(second);
	}

	@Test
	void keyLivesAsLongAsSomethingIsMissing() {
		Limit limit = Limit.of("1/h").withBurst(5);
		acquire(limit, 3);
		assertThat(redis.timeToLive(this.key, limit)).isBetween(Duration.ofMinutes(175), Duration.ofHours(3));
	}

	@Test
	void refusalsAndQuestionsWriteNothing() {
		Limit limit = Limit.of("1/d").withBurst(2);
		acquire(limit, 0);
		acquire(limit, 3);
		assertThat(redis.value(this.key, limit)).isNull();
	}

	@Test
	void longestWaitOfAllKeepsItsKey() {
		Limit slowest = Limit.of("1/3653d").withBurst(10_000_000);
		assertThat(acquire(slowest, 10_000_000).refused()).isFalse();
		assertThat(redis.timeToLive(this.key, slowest)).isGreaterThan(Duration.ofDays(3653L * 9_999_999));
		assertThat(acquire(slowest, 1).refused()).isTrue();
	}

	private LimitStatus acquire(Limit limit, long cost) {
		return redis.serverTimeStore()
			.acquire(TimedRedis.request(this.key, limit, cost))
			.toCompletableFuture()
			.join()
			.limits()
			.get(0);
	}

}
