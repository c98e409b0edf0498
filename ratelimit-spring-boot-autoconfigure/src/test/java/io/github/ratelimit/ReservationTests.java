package io.github.ratelimit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link Reservation}, by {@link RateLimiter#reserve(String, long)}.
 */
class ReservationTests {

	private static final Duration TIME_TO_LIVE = Duration.ofSeconds(10);

	private static final Limit DAY = Limit.of("100/d").withName("day");

	private static final Limit HOUR = Limit.of("20/h").withAlgorithm(Algorithm.SLIDING_WINDOW).withName("hour");

	private final ObservedStore store = new ObservedStore();

	private final AtomicLong nanoTime = new AtomicLong();

	private final List<RateLimitEvent> events = new ArrayList<>();

	private final List<String> errors = new CopyOnWriteArrayList<>();

	private final RateLimitListener listener = new RateLimitListener() {

		@Override
		public void onDecision(RateLimitEvent event) {
			ReservationTests.this.events.add(event);
		}

		@Override
		public void onStoreError(String operation, Throwable error) {
			ReservationTests.this.errors.add(operation + ": " + error);
		}

	};

	private final RateLimiter limiter = limiter(Enforcement.ENFORCE);

	@Test
	void chargesAtOnceWhatIsReserved() {
		Reservation reservation = this.limiter.reserve("alice", 15);
		assertThat(reservation.allowed()).isTrue();
		assertThat(reservation.decision().outcome()).isEqualTo(Outcome.ALLOWED);
		assertThat(left()).containsExactly(85L, 5L);
		assertThat(this.limiter.tryAcquire("alice", 6).allowed()).isFalse();
		assertThat(this.events).hasSize(2);
	}

	@Test
	void whatWasTooMuchIsGivenBackToEachLimit() {
		assertThat(this.limiter.reserve("alice", 15).settle(4)).isTrue();
		assertThat(left()).containsExactly(96L, 16L);
	}

	@Test
	void whatWasTooLittleIsChargedEvenIfNothingIsLeft() {
		assertThat(this.limiter.reserve("alice", 15).settle(25)).isTrue();
		assertThat(left()).containsExactly(75L, 0L);
		assertThat(this.limiter.tryAcquire("alice").refusedBy()).containsExactly("hour");
		assertThat(this.events).hasSize(2);
	}

	@Test
	void whatWasRightIsLeftAsItIs() {
		assertThat(this.limiter.reserve("alice", 15).settle(15)).isTrue();
		assertThat(left()).containsExactly(85L, 5L);
	}

	@Test
	void cancelGivesAllBack() {
		assertThat(this.limiter.reserve("alice", 15).cancel()).isTrue();
		assertThat(left()).containsExactly(100L, 20L);
	}

	@Test
	void onlyTheFirstCallSettles() {
		Reservation reservation = this.limiter.reserve("alice", 15);
		assertThat(reservation.settle(4)).isTrue();
		assertThat(reservation.settle(4)).isFalse();
		assertThat(reservation.settle(0)).isFalse();
		assertThat(reservation.cancel()).isFalse();
		assertThat(reservation.cancelAsync()).isCompletedWithValue(false);
		assertThat(this.store.settlements).hasSize(1);
		assertThat(left()).containsExactly(96L, 16L);
	}

	@Test
	void cancelledIsNotSettledAnyMore() {
		Reservation reservation = this.limiter.reserve("alice", 15);
		assertThat(reservation.cancel()).isTrue();
		assertThat(reservation.settle(15)).isFalse();
		assertThat(left()).containsExactly(100L, 20L);
	}

	@Test
	void manyThreadsSettleOnce() throws Exception {
		int threads = 16;
		Reservation reservation = this.limiter.reserve("alice", 15);
		CountDownLatch start = new CountDownLatch(1);
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			List<Future<Boolean>> settled = new ArrayList<>();
			for (int i = 0; i < threads; i++) {
				boolean cancels = i % 2 == 0;
				settled.add(executor.submit(() -> {
					start.await();
					return (cancels) ? reservation.cancel() : reservation.settle(0);
				}));
			}
			start.countDown();
			int times = 0;
			for (Future<Boolean> one : settled) {
				times += (one.get(30, TimeUnit.SECONDS)) ? 1 : 0;
			}
			assertThat(times).isEqualTo(1);
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(this.store.settlements).hasSize(1);
		assertThat(left()).containsExactly(100L, 20L);
	}

	@Test
	void chargeStaysWhenTheTimeToLiveIsOver() {
		Reservation early = this.limiter.reserve("alice", 5, TIME_TO_LIVE);
		Reservation late = this.limiter.reserve("alice", 5, TIME_TO_LIVE);
		this.nanoTime.addAndGet(TIME_TO_LIVE.toNanos() - 1);
		assertThat(early.settle(0)).isTrue();
		this.nanoTime.addAndGet(1);
		assertThat(late.settle(0)).isFalse();
		this.nanoTime.set(0);
		assertThat(late.settle(0)).isFalse();
		assertThat(left()).containsExactly(95L, 15L);
	}

	@Test
	void timeToLiveIsFiveMinutesUnlessSaid() {
		Reservation early = this.limiter.reserve("alice", 5);
		Reservation late = this.limiter.reserve("alice", 5);
		this.nanoTime.addAndGet(Duration.ofMinutes(5).toNanos() - 1);
		assertThat(early.cancel()).isTrue();
		this.nanoTime.addAndGet(1);
		assertThat(late.cancel()).isFalse();
	}

	@Test
	void timeToLiveMayBeLongerThanAnybodyLives() {
		Reservation reservation = this.limiter.reserve("alice", 5, Duration.ofSeconds(Long.MAX_VALUE));
		this.nanoTime.addAndGet(Long.MAX_VALUE - 1);
		assertThat(reservation.cancel()).isTrue();
	}

	@Test
	void timeToLiveIsLongerThanZero() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.limiter.reserve("alice", 1, Duration.ZERO))
			.withMessage("A time to live must be longer than zero, not PT0S");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.limiter.reserveAsync("alice", 1, Duration.ofSeconds(-1)))
			.withMessage("A time to live must be longer than zero, not PT-1S");
		assertThat(this.store.requests).isEmpty();
	}

	@Test
	void costIsNotNegative() {
		Reservation reservation = this.limiter.reserve("alice", 5);
		assertThatIllegalArgumentException().isThrownBy(() -> reservation.settle(-1))
			.withMessage("A cost must not be negative, but is -1");
		assertThatIllegalArgumentException().isThrownBy(() -> reservation.settleAsync(Long.MIN_VALUE));
		assertThat(reservation.settle(2)).isTrue();
		assertThatIllegalArgumentException().isThrownBy(() -> this.limiter.reserve("alice", -1));
	}

	@Test
	void refusedRequestReservesNothing() {
		Reservation refused = this.limiter.reserve("alice", 21);
		assertThat(refused.allowed()).isFalse();
		assertThat(refused.decision().refusedBy()).containsExactly("hour");
		assertThat(refused.settle(0)).isFalse();
		assertThat(refused.settle(30)).isFalse();
		assertThat(this.store.settlements).isEmpty();
		assertThat(left()).containsExactly(100L, 20L);
	}

	@Test
	void refusalOfAWatchedLimitReservesNothing() {
		Reservation watched = limiter(Enforcement.SHADOW).reserve("alice", 21);
		assertThat(watched.allowed()).isTrue();
		assertThat(watched.decision().outcome()).isEqualTo(Outcome.SHADOW_REFUSED);
		assertThat(watched.settle(5)).isFalse();
		assertThat(left()).containsExactly(100L, 20L);
	}

	@Test
	void uncheckedRequestReservesNothing() {
		this.store.answer = CompletableFuture.completedFuture(RateLimitDecision.unchecked(DecisionSource.FAILURE_MODE));
		Reservation unchecked = this.limiter.reserve("alice", 5);
		assertThat(unchecked.allowed()).isTrue();
		assertThat(unchecked.settle(0)).isFalse();
		assertThat(this.store.settlements).isEmpty();
	}

	@Test
	void reservationTakesAtLeastOneUnit() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.limiter.reserve("alice", 0))
			.withMessage("A reservation takes at least 1 unit, not 0");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.limiter.reserveAsync("alice", -1, Duration.ofMinutes(1)));
		assertThat(left()).containsExactly(100L, 20L);
	}

	@Test
	void failureOfTheStoreLeavesTheChargeAsItIs() {
		Reservation reservation = this.limiter.reserve("alice", 5);
		this.store.settled = CompletableFuture.failedFuture(new IllegalStateException("down"));
		assertThat(reservation.settle(0)).isFalse();
		await().untilAsserted(
				() -> assertThat(this.errors).containsExactly("settle: java.lang.IllegalStateException: down"));
		this.store.settled = null;
		assertThat(reservation.settle(0)).isFalse();
		assertThat(left()).containsExactly(95L, 15L);
	}

	@Test
	void storeThatThrowsIsAStoreThatFails() {
		RateLimitStore throwing = new RateLimitStore() {

			@Override
			public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
				return ReservationTests.this.store.acquire(request);
			}

			@Override
			public CompletionStage<Void> settle(RateLimitSettlement settlement) {
				throw new IllegalStateException("thrown");
			}

			@Override
			public CompletionStage<Void> reset(List<Counter> counters) {
				return ReservationTests.this.store.reset(counters);
			}

		};
		Reservation reservation = RateLimiter.of("mail", throwing, DAY).reserve("alice", 5);
		assertThat(reservation.settle(0)).isFalse();
	}

	@Test
	void storeThatCannotSettleReservesForGood() {
		RateLimitStore simple = new RateLimitStore() {

			@Override
			public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
				return ReservationTests.this.store.acquire(request)
					.thenApply((decision) -> new RateLimitDecision(decision.outcome(), decision.limits(),
							decision.source()));
			}

			@Override
			public CompletionStage<Void> reset(List<Counter> counters) {
				return ReservationTests.this.store.reset(counters);
			}

		};
		Reservation reservation = RateLimiter.of("api", simple, DAY, HOUR).reserve("alice", 5);
		assertThat(reservation.allowed()).isTrue();
		assertThatNoException().isThrownBy(() -> assertThat(reservation.cancel()).isFalse());
		assertThat(left()).containsExactly(95L, 15L);
	}

	@Test
	void reservationToComeIsThatOfTheDecisionToCome() {
		this.store.answer = new CompletableFuture<>();
		CompletionStage<Reservation> reservation = this.limiter.reserveAsync("alice", 5, TIME_TO_LIVE);
		assertThat(reservation.toCompletableFuture()).isNotDone();
		this.store.answer.complete(RateLimitDecision.unavailable());
		assertThat(reservation).succeedsWithin(Duration.ofSeconds(30))
			.satisfies((made) -> assertThat(made.decision()).isEqualTo(RateLimitDecision.unavailable()));
	}

	@Test
	void whatFollowsASettlementDoesNotHoldUpTheThreadThatAnswers() {
		this.store.settled = new CompletableFuture<>();
		Thread answering = Thread.currentThread();
		CompletionStage<Thread> following = this.limiter.reserve("alice", 5)
			.cancelAsync()
			.thenApply((done) -> Thread.currentThread());
		this.store.settled.complete(null);
		assertThat(following).succeedsWithin(Duration.ofSeconds(30)).isNotEqualTo(answering);
	}

	@Test
	void unitsThatHaveComeBackByThemselvesAreNotGivenBackAgain() {
		Reservation reservation = this.limiter.reserve("alice", 15);
		this.store.microTime.addAndGet(Duration.ofHours(1).toNanos() / 1000 + 1);
		assertThat(this.limiter.tryAcquire("alice", 20).allowed()).isTrue();
		assertThat(reservation.cancel()).isTrue();
		assertThat(left().get(1)).isZero();
	}

	@Test
	void severalLimitersAreSettledAsTheyWereCharged() {
		RateLimiterSettings user = settings("user", Enforcement.ENFORCE);
		RateLimiterSettings trial = settings("trial", Enforcement.SHADOW);
		JointRateLimiter joint = new JointRateLimiter(this.store, this.listener, DecisionTracer.NONE,
				this.nanoTime::get);
		List<Acquisition> all = List.of(new Acquisition(user, "alice", 3), new Acquisition(trial, "alice", 3),
				new Acquisition(user, "bob", 3), new Acquisition(user, "alice", 3));
		Reservation reservation = joint.reservation(joint.tryAcquire(all), TIME_TO_LIVE);
		assertThat(remaining(user, "alice")).containsExactly(94L, 14L);
		assertThat(reservation.settle(1)).isTrue();
		assertThat(this.store.settlements).hasSize(2);
		assertThat(remaining(user, "alice")).containsExactly(98L, 18L);
		assertThat(remaining(user, "bob")).containsExactly(99L, 19L);
		assertThat(remaining(trial, "alice")).containsExactly(99L, 19L);
	}

	private RateLimiter limiter(Enforcement enforcement) {
		return new StoreRateLimiter("api", StoreRateLimiter.always(settings("api", enforcement)), this.store,
				this.listener, DecisionTracer.NONE, this.nanoTime::get);
	}

	private static RateLimiterSettings settings(String name, Enforcement enforcement) {
		return new RateLimiterSettings(name, "default", name, List.of(DAY, HOUR), FailureMode.LOCAL, enforcement);
	}

	private List<Long> left() {
		return remaining(settings("api", Enforcement.ENFORCE), "alice");
	}

	private List<Long> remaining(RateLimiterSettings settings, String key) {
		return RateLimiter.of(settings, this.store, this.listener)
			.peek(key)
			.limits()
			.stream()
			.map(LimitStatus::remaining)
			.toList();
	}

}
