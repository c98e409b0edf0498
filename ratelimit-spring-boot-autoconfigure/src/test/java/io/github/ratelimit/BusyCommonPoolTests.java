package io.github.ratelimit;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that who waits for a decision waits for the store alone, and not for the common
 * pool of the JVM, which an application may have filled.
 */
class BusyCommonPoolTests {

	private static final RateLimiterSettings ENFORCED = settings("enforced", Enforcement.ENFORCE);

	private static final RateLimiterSettings SHADOW = settings("shadow", Enforcement.SHADOW);

	private final CountDownLatch end = new CountDownLatch(1);

	private final ScheduledExecutorService server = Executors.newSingleThreadScheduledExecutor();

	private final LateStore late = new LateStore();

	private final JointRateLimiter limiter = new JointRateLimiter(this.late, new RateLimitListener() {
	});

	@BeforeEach
	void fillCommonPool() {
		for (int i = 0; i < Math.max(1, ForkJoinPool.getCommonPoolParallelism()); i++) {
			ForkJoinPool.commonPool().execute(() -> {
				try {
					this.end.await();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			});
		}
	}

	@AfterEach
	void freeCommonPool() {
		this.end.countDown();
		this.server.shutdownNow();
	}

	@Test
	void watchedTierIsDecided() throws Exception {
		assertThat(inTime(() -> this.limiter.tryAcquire(List.of(new Acquisition(SHADOW, "a", 1)))).whole().outcome())
			.isEqualTo(Outcome.ALLOWED);
	}

	@Test
	void watchedTierIsDecidedBesideAnother() throws Exception {
		assertThat(inTime(() -> this.limiter
			.tryAcquire(List.of(new Acquisition(ENFORCED, "a", 1), new Acquisition(SHADOW, "a", 1)))).parts())
			.hasSize(2);
	}

	@Test
	void severalAreDecidedEachByItself() throws Exception {
		assertThat(inTime(() -> this.limiter.tryAcquireEach(
				List.of(List.of(new Acquisition(ENFORCED, "a", 1)), List.of(new Acquisition(SHADOW, "b", 1))))))
			.hasSize(2);
	}

	@Test
	void reservationIsSettled() throws Exception {
		JointDecision decision = this.limiter.tryAcquire(List.of(new Acquisition(ENFORCED, "a", 5)));
		Reservation reservation = this.limiter.reservation(decision, Duration.ofMinutes(1));
		assertThat(inTime(() -> reservation.settle(1))).isTrue();
	}

	@Test
	void watchedTierIsUncheckedWhereTheStoreFails() throws Exception {
		this.late.failing = true;
		assertThat(inTime(() -> this.limiter.tryAcquire(List.of(new Acquisition(SHADOW, "a", 1)))).whole().outcome())
			.isEqualTo(Outcome.UNCHECKED);
	}

	@Test
	void reservationIsNotSettledWhereTheStoreFails() throws Exception {
		JointDecision decision = this.limiter.tryAcquire(List.of(new Acquisition(ENFORCED, "a", 5)));
		Reservation reservation = this.limiter.reservation(decision, Duration.ofMinutes(1));
		this.late.failing = true;
		assertThat(inTime(reservation::cancel)).isFalse();
	}

	private static <T> T inTime(Supplier<T> call) throws Exception {
		CompletableFuture<T> done = new CompletableFuture<>();
		Thread caller = new Thread(() -> done.complete(call.get()));
		caller.setDaemon(true);
		caller.start();
		return done.get(20, TimeUnit.SECONDS);
	}

	private static RateLimiterSettings settings(String name, Enforcement enforcement) {
		return new RateLimiterSettings(name, "default", name, List.of(Limit.of("10/h")), FailureMode.LOCAL,
				enforcement);
	}

	/**
	 * Answers on a thread of its own, a moment later.
	 */
	private final class LateStore implements RateLimitStore {

		private final RateLimitStore store = InMemoryRateLimitStore.create();

		private volatile boolean failing;

		@Override
		public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
			return late(() -> this.store.acquire(request));
		}

		@Override
		public CompletionStage<Void> settle(RateLimitSettlement settlement) {
			return late(() -> this.store.settle(settlement));
		}

		@Override
		public CompletionStage<Void> reset(List<Counter> counters) {
			return late(() -> this.store.reset(counters));
		}

		@Override
		public StoreStatus status() {
			return this.store.status();
		}

		private <T> CompletionStage<T> late(Supplier<CompletionStage<T>> answer) {
			CompletableFuture<T> late = new CompletableFuture<>();
			BusyCommonPoolTests.this.server.schedule(() -> {
				if (this.failing) {
					late.completeExceptionally(new IllegalStateException("down"));
				}
				else {
					answer.get().whenComplete((value, error) -> late.complete(value));
				}
			}, 20, TimeUnit.MILLISECONDS);
			return late;
		}

	}

}
