package io.github.ratelimit.store.redis;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for settlements in Redis and in memory: what they leave behind, and what they
 * must not give back.
 */
class SettledInBothStoresTests {

	private static final long START = 1_790_000_000_000_000L;

	private static final long SECOND = 1_000_000;

	private static final TimedRedis REDIS = new TimedRedis();

	private static final AtomicLong MEMORY_TIME = new AtomicLong();

	private static final RateLimitStore MEMORY = InMemoryRateLimitStore.create(1000, MEMORY_TIME::get);

	private final String key = UUID.randomUUID().toString();

	static Stream<RateLimitStore> stores() {
		return Stream.of(REDIS.store(), MEMORY);
	}

	@AfterAll
	static void close() {
		REDIS.close();
	}

	@Test
	void chargesThatAreAllGivenBackLeaveNoRoomBehind() {
		Limit limit = Limit.of("10/h").withAlgorithm(Algorithm.SLIDING_WINDOW);
		for (int i = 0; i < 500; i++) {
			at(i * SECOND);
			settle(REDIS.store(), limit, acquire(REDIS.store(), limit, 1), 1, 0);
			RateLimitDecision first = acquire(REDIS.store(), limit, 1);
			at(i * SECOND + 1000);
			RateLimitDecision second = acquire(REDIS.store(), limit, 2);
			settle(REDIS.store(), limit, first, 1, 0);
			settle(REDIS.store(), limit, second, 2, 0);
		}
		assertThat(REDIS.value(this.key, limit)).hasSizeLessThanOrEqualTo(40 + 8 * 10);
		assertThat(acquire(REDIS.store(), limit, 10).allowed()).isTrue();
	}

	@Test
	void chargesThatAreGivenBackBetweenOthersAreLeftBehindWhenRoomIsShort() {
		Limit limit = Limit.of("10/h").withAlgorithm(Algorithm.SLIDING_WINDOW);
		for (int i = 0; i < 9; i++) {
			for (int j = 0; j < 20; j++) {
				at(i * SECOND + j * 2000);
				RateLimitDecision first = acquire(REDIS.store(), limit, 1);
				if (j == 19) {
					at(i * SECOND + j * 2000 + 1000);
					acquire(REDIS.store(), limit, (i < 8) ? 1 : 0);
				}
				settle(REDIS.store(), limit, first, 1, 0);
			}
		}
		assertThat(acquire(REDIS.store(), limit, 0).remaining()).isEqualTo(2);
		assertThat(REDIS.value(this.key, limit)).hasSizeLessThanOrEqualTo(40 + 8 * 20);
	}

	@ParameterizedTest
	@MethodSource("stores")
	void windowThatBeganLaterGivesNothingBack(RateLimitStore store) {
		for (Algorithm algorithm : List.of(Algorithm.FIXED_WINDOW, Algorithm.SLIDING_WINDOW_COUNTER)) {
			Limit tenSeconds = Limit.of("10/10s").withAlgorithm(algorithm);
			Limit minute = Limit.of("10/m").withAlgorithm(algorithm);
			at(5 * SECOND);
			RateLimitDecision reserved = acquire(store, tenSeconds, 10);
			at(45 * SECOND);
			acquire(store, tenSeconds, 1);
			at(46 * SECOND);
			long left = acquire(store, minute, 0).remaining();
			acquire(store, minute, left);
			settle(store, tenSeconds, reserved, 10, 0);
			assertThat(acquire(store, minute, 0).remaining()).as("%s", algorithm).isZero();
		}
	}

	@ParameterizedTest
	@MethodSource("stores")
	void chargeBeforeAResetIsNotGivenBackByWindows(RateLimitStore store) {
		for (Algorithm algorithm : List.of(Algorithm.FIXED_WINDOW, Algorithm.SLIDING_WINDOW_COUNTER,
				Algorithm.SLIDING_WINDOW)) {
			Limit limit = Limit.of("10/h").withAlgorithm(algorithm);
			at(SECOND);
			RateLimitDecision reserved = acquire(store, limit, 10);
			store.reset(List.of(counter(limit))).toCompletableFuture().join();
			at(2 * SECOND);
			acquire(store, limit, 10);
			settle(store, limit, reserved, 10, 0);
			assertThat(acquire(store, limit, 0).remaining()).as("%s", algorithm).isZero();
		}
	}

	@ParameterizedTest
	@EnumSource
	void chargeUnderAClockThatWasSetBackIsSettled(Algorithm algorithm) {
		Limit limit = Limit.of("10/h").withAlgorithm(algorithm);
		stores().forEach((store) -> {
			at(10 * SECOND);
			acquire(store, limit, 1);
			at(9 * SECOND);
			RateLimitDecision decision = acquire(store, limit, 9);
			settle(store, limit, decision, 9, 0);
			assertThat(acquire(store, limit, 0).remaining()).isEqualTo(9);
			settle(store, limit, acquire(store, limit, 1), 1, 9);
			assertThat(acquire(store, limit, 0).remaining()).isZero();
		});
	}

	@ParameterizedTest
	@MethodSource("stores")
	void chargeBeforeVeryManyOthersKeepsWhatItTookAndOwesWhatIsMore(RateLimitStore store) {
		Limit limit = Limit.of("3000/h").withAlgorithm(Algorithm.SLIDING_WINDOW);
		at(0);
		RateLimitDecision tooMuch = acquire(store, limit, 10);
		at(1);
		RateLimitDecision tooLittle = acquire(store, limit, 10);
		for (int i = 0; i < 1024; i++) {
			at(2 + i);
			acquire(store, limit, 1);
		}
		settle(store, limit, tooLittle, 10, 0);
		assertThat(acquire(store, limit, 0).remaining()).isEqualTo(3000 - 1024 - 10);
		settle(store, limit, tooMuch, 10, 0);
		assertThat(acquire(store, limit, 0).remaining()).isEqualTo(3000 - 1024 - 10);
		settle(store, limit, tooMuch, 10, 15);
		assertThat(acquire(store, limit, 0).remaining()).isEqualTo(3000 - 1024 - 15);
	}

	private static void at(long micros) {
		REDIS.now().set(START - START % (3600 * SECOND) + micros);
		MEMORY_TIME.set(REDIS.now().get());
	}

	private Counter counter(Limit limit) {
		return TimedRedis.counter(this.key, limit);
	}

	private RateLimitRequest request(Limit limit, long cost) {
		return new RateLimitRequest(List.of(new Charge(counter(limit), cost)), FailureMode.CLOSED);
	}

	private RateLimitDecision acquire(RateLimitStore store, Limit limit, long cost) {
		return store.acquire(request(limit, cost)).toCompletableFuture().join();
	}

	private void settle(RateLimitStore store, Limit limit, RateLimitDecision decision, long charged, long cost) {
		store.settle(new RateLimitSettlement(request(limit, charged), decision, List.of(cost)))
			.toCompletableFuture()
			.join();
	}

}
