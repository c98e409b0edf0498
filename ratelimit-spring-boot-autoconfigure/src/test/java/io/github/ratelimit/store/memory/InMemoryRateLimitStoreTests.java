package io.github.ratelimit.store.memory;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.StoreStatus;
import io.github.ratelimit.testsupport.KeyFlood;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Tests for {@link InMemoryRateLimitStore} beyond what every store does.
 */
class InMemoryRateLimitStoreTests {

	private static final Limit LIMIT = Limit.of("1/s").withBurst(5);

	private static final long SECOND = 1_000_000;

	private final AtomicLong now = new AtomicLong(SECOND);

	@Test
	void unitsComeBackWithTime() {
		InMemoryRateLimitStore store = store(10);
		assertThat(acquire(store, "alice", 5).allowed()).isTrue();
		assertThat(acquire(store, "alice", 1).retryAfter()).isEqualTo(Duration.ofSeconds(1));
		this.now.addAndGet(SECOND - 1);
		assertThat(acquire(store, "alice", 1).retryAfter()).isEqualTo(Duration.ofNanos(1_000));
		this.now.addAndGet(1);
		assertThat(acquire(store, "alice", 1).allowed()).isTrue();
		this.now.addAndGet(100 * SECOND);
		assertThat(acquire(store, "alice", 5).allowed()).isTrue();
		assertThat(acquire(store, "alice", 1).allowed()).isFalse();
	}

	@Test
	void stagesAreCompleteWhenReturned() {
		InMemoryRateLimitStore store = store(10);
		assertThat(store.acquire(request("alice", LIMIT, 1)).toCompletableFuture()).isDone();
		assertThat(store.reset(List.of(new Counter("api", "alice", LIMIT))).toCompletableFuture()).isDone();
	}

	@Test
	void questionsAndRefusalsKeepNothing() {
		InMemoryRateLimitStore store = store(10);
		acquire(store, "alice", 0);
		acquire(store, "bob", 6);
		assertThat(store.size()).isZero();
		acquire(store, "carol", 1);
		assertThat(store.size()).isEqualTo(1);
		store.reset(List.of(new Counter("api", "carol", LIMIT))).toCompletableFuture().join();
		assertThat(store.size()).isZero();
	}

	@Test
	void neverKeepsMoreThanItsMaximum() {
		InMemoryRateLimitStore store = store(100);
		for (int i = 0; i < 1_000; i++) {
			acquire(store, "key" + i, 1 + i % 5);
			assertThat(store.size()).isEqualTo(Math.min(i + 1, 100));
		}
	}

	@Test
	void storeOfOneCounterKeepsOne() {
		InMemoryRateLimitStore store = store(1);
		for (int i = 0; i < 10; i++) {
			acquire(store, "key" + i, 1);
			assertThat(store.size()).isEqualTo(1);
		}
	}

	@Test
	void countersWhoseUnitsHaveBeenBackForAWhileLeaveAsNewOnesCome() {
		InMemoryRateLimitStore store = store(10_000);
		for (int i = 0; i < 1_000; i++) {
			acquire(store, "old" + i, 5);
		}
		this.now.addAndGet((5 + 10) * SECOND);
		for (int i = 0; i < 1_000; i++) {
			acquire(store, "new" + i, 5);
		}
		assertThat(store.size()).isEqualTo(1_000);
		assertThat(acquire(store, "new0", 1).allowed()).isFalse();
		assertThat(acquire(store, "new999", 1).allowed()).isFalse();
	}

	@Test
	void countersWithUnitsMissingUntilJustNowStay() {
		InMemoryRateLimitStore store = store(10_000);
		for (int i = 0; i < 1_000; i++) {
			acquire(store, "old" + i, 5);
		}
		this.now.addAndGet((5 + 10) * SECOND - 1);
		for (int i = 0; i < 1_000; i++) {
			acquire(store, "new" + i, 5);
		}
		assertThat(store.size()).isEqualTo(2_000);
	}

	@Test
	void callerWhoIsLimitedSurvivesAFloodOfNewKeys() {
		InMemoryRateLimitStore store = store(200);
		for (int i = 0; i < 5; i++) {
			acquire(store, "limited" + i, 5);
		}
		for (int i = 0; i < 20_000; i++) {
			acquire(store, "flood" + i, 1);
		}
		assertThat(store.size()).isEqualTo(200);
		for (int i = 0; i < 5; i++) {
			assertThat(acquire(store, "limited" + i, 1).allowed()).as("limited%d", i).isFalse();
		}
	}

	@Test
	void longestWaitSurvivesWhicheverLimitItIsOf() {
		InMemoryRateLimitStore store = store(50);
		Limit slow = Limit.of("1/d").withBurst(2);
		acquire(store, "slow", slow, 2);
		for (int i = 0; i < 5_000; i++) {
			acquire(store, "key" + i, 5);
			this.now.addAndGet(1_000);
		}
		assertThat(acquire(store, "slow", slow, 1).allowed()).isFalse();
	}

	@Test
	void callerWhoIsLimitedForSecondsSurvivesAFloodUnderALimitOfADay() {
		InMemoryRateLimitStore store = store(200);
		Limit auth = Limit.of("0.5/s").withBurst(3).withName("auth");
		Limit daily = Limit.of("100/d");
		acquire(store, "limited", auth, 3);
		for (int i = 0; i < 20_000; i++) {
			acquire(store, "flood" + i, daily, 1);
		}
		assertThat(store.size()).isEqualTo(200);
		assertThat(acquire(store, "limited", auth, 1).allowed()).isFalse();
	}

	@Test
	void keysAsLongAsCallersLikeAreCountedApart() {
		InMemoryRateLimitStore store = store(10);
		String key = "k".repeat(8_000);
		assertThat(acquire(store, key, 5).allowed()).isTrue();
		assertThat(acquire(store, key + "x", 5).allowed()).isTrue();
		assertThat(acquire(store, "k".repeat(8_000), 1).allowed()).isFalse();
		store.reset(List.of(new Counter("api", key, LIMIT))).toCompletableFuture().join();
		assertThat(acquire(store, key, 5).allowed()).isTrue();
		assertThat(store.size()).isEqualTo(2);
	}

	@Test
	void longKeysTakeNoMoreMemoryThanShortOnes() {
		InMemoryRateLimitStore store = store(20_000);
		String key = "k".repeat(8_000);
		long before = KeyFlood.heap();
		for (int i = 0; i < 20_000; i++) {
			acquire(store, key + i, 1);
		}
		assertThat(store.size()).isEqualTo(20_000);
		// 160 MB of letters came in
		assertThat(KeyFlood.heap() - before).isLessThan(16_000_000);
		acquire(store, "last", 1);
	}

	@Test
	void manyThreadsWithNewKeysKeepToTheMaximum() throws Exception {
		int threads = 16;
		InMemoryRateLimitStore store = store(100);
		acquire(store, "limited", 5);
		CountDownLatch start = new CountDownLatch(1);
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			List<Future<Integer>> sizes = new ArrayList<>();
			for (int thread = 0; thread < threads; thread++) {
				int number = thread;
				sizes.add(executor.submit(() -> {
					start.await();
					int largest = 0;
					for (int i = 0; i < 2_000; i++) {
						acquire(store, "key" + number + "-" + i, 1);
						largest = Math.max(largest, store.size());
					}
					return largest;
				}));
			}
			start.countDown();
			for (Future<Integer> size : sizes) {
				assertThat(size.get(60, TimeUnit.SECONDS)).isBetween(100, 100 + threads);
			}
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(store.size()).isEqualTo(100);
		assertThat(acquire(store, "limited", 1).allowed()).isFalse();
	}

	@Test
	void holdsAtLeastOneCounter() {
		assertThatIllegalArgumentException().isThrownBy(() -> InMemoryRateLimitStore.create(0))
			.withMessage("A store must hold at least 1 counter, not 0");
		assertThatNullPointerException().isThrownBy(() -> InMemoryRateLimitStore.create(1, null))
			.withMessage("microTime must not be null");
	}

	@Test
	void statusIsThatOfMemory() {
		assertThat(InMemoryRateLimitStore.create().status()).isEqualTo(new StoreStatus("memory", true, null, null));
	}

	@Test
	void clockOfItsOwnNeverGoesBack() {
		LongSupplier clock = MonotonicMicros.now();
		long before = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
		long last = clock.getAsLong();
		assertThat(last).isBetween(before - 60 * SECOND, before + 60 * SECOND);
		for (int i = 0; i < 1_000; i++) {
			long next = clock.getAsLong();
			assertThat(next).isGreaterThanOrEqualTo(last);
			last = next;
		}
	}

	private InMemoryRateLimitStore store(int maxCounters) {
		return InMemoryRateLimitStore.create(maxCounters, this.now::get);
	}

	private static RateLimitDecision acquire(InMemoryRateLimitStore store, String key, long cost) {
		return acquire(store, key, LIMIT, cost);
	}

	private static RateLimitDecision acquire(InMemoryRateLimitStore store, String key, Limit limit, long cost) {
		return store.acquire(request(key, limit, cost)).toCompletableFuture().join();
	}

	private static RateLimitRequest request(String key, Limit limit, long cost) {
		return new RateLimitRequest(List.of(new Charge(new Counter("api", key, limit), cost)), FailureMode.LOCAL);
	}

}
