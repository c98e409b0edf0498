package io.github.ratelimit.store.memory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link InMemoryRateLimitStore} with several limits and with each algorithm,
 * while time goes on.
 */
class SeveralLimitsInMemoryTests {

	private static final long SECOND = 1_000_000;

	private final AtomicLong now = new AtomicLong(1_700_006_400L * SECOND);

	private final InMemoryRateLimitStore store = InMemoryRateLimitStore.create(1_000, this.now::get);

	@Test
	void allLimitsAreChargedOrNoneWhileTheyComeBackAtTheirOwnPace() {
		Limit bucket = Limit.of("1/s").withBurst(2);
		Limit minute = Limit.of("3/m").withAlgorithm(Algorithm.FIXED_WINDOW);
		assertThat(remaining(acquire(charge("key", bucket, 2), charge("key", minute, 2)))).containsExactly(0L, 1L);
		RateLimitDecision refused = acquire(charge("key", bucket, 1), charge("key", minute, 2));
		assertThat(refused.limits()).extracting(LimitStatus::refused).containsExactly(true, true);
		assertThat(refused.retryAfter()).isEqualTo(Duration.ofMinutes(1));
		this.now.addAndGet(2 * SECOND);
		assertThat(remaining(acquire(charge("key", bucket, 1), charge("key", minute, 2)))).containsExactly(2L, 1L);
		assertThat(remaining(acquire(charge("key", bucket, 1), charge("key", minute, 1)))).containsExactly(1L, 0L);
		this.now.addAndGet(58 * SECOND);
		assertThat(remaining(acquire(charge("key", bucket, 2), charge("key", minute, 3)))).containsExactly(0L, 0L);
	}

	@ParameterizedTest
	@EnumSource(Algorithm.class)
	void questionsAndRefusalsKeepNothing(Algorithm algorithm) {
		Limit limit = Limit.of("5/m").withAlgorithm(algorithm);
		acquire(charge("alice", limit, 0));
		acquire(charge("alice", limit, 6));
		acquire(charge("alice", limit, 1), charge("bob", limit, 6));
		acquire(charge("alice", limit, 6), charge("bob", limit, 1));
		assertThat(this.store.size()).isZero();
		acquire(charge("alice", limit, 1), charge("bob", limit, 0));
		assertThat(this.store.size()).isEqualTo(1);
	}

	@ParameterizedTest
	@EnumSource(Algorithm.class)
	void countersThatTellNothingMoreLeaveAsNewOnesCome(Algorithm algorithm) {
		Limit limit = Limit.of("5/m").withAlgorithm(algorithm);
		for (int i = 0; i < 300; i++) {
			acquire(charge("old" + i, limit, 5));
		}
		this.now.addAndGet(60 * SECOND - 1);
		for (int i = 0; i < 300; i++) {
			acquire(charge("new" + i, limit, 5));
		}
		assertThat(this.store.size()).isEqualTo(600);
		this.now.addAndGet((60 + 10) * SECOND + 1);
		for (int i = 0; i < 300; i++) {
			acquire(charge("newest" + i, limit, 5));
		}
		assertThat(this.store.size()).isLessThanOrEqualTo(600);
		assertThat(acquire(charge("newest0", limit, 1)).allowed()).isFalse();
		assertThat(acquire(charge("newest299", limit, 1)).allowed()).isFalse();
	}

	@ParameterizedTest
	@EnumSource(Algorithm.class)
	void settlementChangesWhatWasChargedThen(Algorithm algorithm) {
		Limit limit = Limit.of("10/m").withAlgorithm(algorithm);
		RateLimitRequest request = request(charge("key", limit, 8));
		RateLimitDecision decision = this.store.acquire(request).toCompletableFuture().join();
		this.now.addAndGet(6 * SECOND);
		this.store.settle(new RateLimitSettlement(request, decision, List.of(3L))).toCompletableFuture().join();
		// In six seconds a unit of a bucket has come back
		assertThat(remaining(acquire(charge("key", limit, 0))))
			.containsExactly((algorithm == Algorithm.TOKEN_BUCKET) ? 8L : 7L);
		this.now.addAndGet(114 * SECOND);
		assertThat(remaining(acquire(charge("key", limit, 0)))).containsExactly(10L);
	}

	/**
	 * Requests that take the same counters in other orders never wait for each other.
	 */
	@Test
	void countersInAnyOrderAreChargedWithoutWaitingForEver() throws Exception {
		int threads = 8;
		Limit limit = Limit.of("1/d").withBurst(100_000);
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			List<Future<?>> done = new ArrayList<>();
			for (int thread = 0; thread < threads; thread++) {
				List<Charge> charges = new ArrayList<>();
				for (int key = 0; key < 20; key++) {
					charges.add(charge("key" + key, limit, 1));
				}
				Collections.rotate(charges, thread * 3);
				done.add(executor.submit(() -> {
					for (int i = 0; i < 500; i++) {
						assertThat(acquire(charges.toArray(Charge[]::new)).allowed()).isTrue();
					}
				}));
			}
			for (Future<?> task : done) {
				task.get(60, TimeUnit.SECONDS);
			}
		}
		finally {
			executor.shutdownNow();
		}
		for (int key = 0; key < 20; key++) {
			assertThat(remaining(acquire(charge("key" + key, limit, 0)))).containsExactly(100_000L - threads * 500L);
		}
	}

	private RateLimitDecision acquire(Charge... charges) {
		return this.store.acquire(request(charges)).toCompletableFuture().join();
	}

	private static RateLimitRequest request(Charge... charges) {
		return new RateLimitRequest(Arrays.asList(charges), FailureMode.CLOSED);
	}

	private static Charge charge(String key, Limit limit, long cost) {
		return new Charge(new Counter("api", key, limit), cost);
	}

	private static List<Long> remaining(RateLimitDecision decision) {
		return decision.limits().stream().map(LimitStatus::remaining).toList();
	}

}
