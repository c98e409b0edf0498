package io.github.ratelimit.store.redis;

import java.time.Duration;
import java.util.UUID;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what a sliding window keeps for a longer one of the same key.
 */
class LongerWindowTests {

	private static final long START = 1_790_000_000_000_000L;

	@Test
	void noMoreIsKeptForALongerWindowThanDecidesIt() {
		Limit day = Limit.of("100/d").withAlgorithm(Algorithm.SLIDING_WINDOW);
		Limit second = Limit.of("20/s").withAlgorithm(Algorithm.SLIDING_WINDOW);
		String key = UUID.randomUUID().toString();
		try (TimedRedis redis = new TimedRedis()) {
			redis.acquire(START, key, day, 1);
			long now = START;
			for (int i = 0; i < 2000; i++) {
				now += 60_000;
				assertThat(redis.acquire(now, key, second, 1).refused()).isFalse();
			}
			assertThat(redis.value(key, day)).hasSizeLessThanOrEqualTo(40 + 8 * 150);
			assertThat(redis.acquire(now, key, day, 1).refused()).isTrue();
			assertThat(redis.acquire(now, key, day, 1).retryAfter()).isEqualTo(Duration.ofDays(1).minusMillis(99 * 60));
		}
	}

}
