package io.github.ratelimit.resilience;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import io.github.ratelimit.Charge;
import io.github.ratelimit.CircuitBreakerStatus;
import io.github.ratelimit.CircuitBreakerStatus.State;
import io.github.ratelimit.Counter;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Outcome;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FailureModeRateLimitStore} around a store that does what the test
 * says.
 */
@ExtendWith(OutputCaptureExtension.class)
class FailureModeRateLimitStoreTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private static final Limit TWO = Limit.of("1/d").withBurst(2);

	private static final List<Counter> COUNTERS = List.of(new Counter("ai", "user:1", TWO));

	private final ManualTime time = new ManualTime();

	private int instances = 1;

	private final ScriptedStore shared = new ScriptedStore();

	private final InMemoryRateLimitStore local = InMemoryRateLimitStore.create(100, () -> 0);

	private final List<String> errors = new ArrayList<>();

	private final RateLimitListener listener = new RateLimitListener() {

		@Override
		public void onStoreError(String operation, Throwable error) {
			FailureModeRateLimitStoreTests.this.errors.add(operation + ": " + error);
		}

	};

	private final FailureModeRateLimitStore store = store(LONG);

	private FailureModeRateLimitStore store(Duration deadline) {
		return around(this.shared, FailureModeSettings.of(deadline));
	}

	private FailureModeRateLimitStore around(RateLimitStore store, FailureModeSettings settings) {
		return new FailureModeRateLimitStore(store, this.local, settings, () -> this.instances, this.listener,
				this.time.surroundings());
	}

	@Test
	void decisionOfTheSharedStoreIsPassedOn(CapturedOutput output) {
		RateLimitDecision decision = decide(DecisionSource.REDIS);
		this.shared.answers.add(CompletableFuture.completedFuture(decision));
		assertThat(acquire(FailureMode.CLOSED)).isSameAs(decision);
		assertThat(this.local.size()).isZero();
		assertThat(this.errors).isEmpty();
		assertThat(this.store.status().degradedSince()).isNull();
		assertThat(output).doesNotContain("shared store");
	}

	@Test
	void localCountsInMemory() {
		this.shared.failAlways();
		assertThat(acquire(FailureMode.LOCAL)).satisfies((decision) -> {
			assertThat(decision.outcome()).isEqualTo(Outcome.ALLOWED);
			assertThat(decision.source()).isEqualTo(DecisionSource.FAILURE_MODE);
			assertThat(decision.remaining()).isEqualTo(1);
		});
		assertThat(acquire(FailureMode.LOCAL).outcome()).isEqualTo(Outcome.ALLOWED);
		assertThat(acquire(FailureMode.LOCAL).outcome()).isEqualTo(Outcome.REFUSED);
	}

	@Test
	void openAdmitsAndSaysThatNobodyChecked() {
		this.shared.failAlways();
		for (int i = 0; i < 5; i++) {
			assertThat(acquire(FailureMode.OPEN)).isEqualTo(RateLimitDecision.unchecked(DecisionSource.FAILURE_MODE));
		}
		assertThat(this.local.size()).isZero();
	}

	@Test
	void closedRefusesAsUnavailable() {
		this.shared.failAlways();
		assertThat(acquire(FailureMode.CLOSED)).isEqualTo(RateLimitDecision.unavailable());
		assertThat(this.local.size()).isZero();
	}

	@Test
	void failureModeDecidesAfterTheDeadlineAndLateAnswersAreDropped() {
		CompletableFuture<RateLimitDecision> late = new CompletableFuture<>();
		this.shared.answers.add(late);
		FailureModeRateLimitStore impatient = store(Duration.ofMillis(1));
		CompletionStage<RateLimitDecision> answer = impatient.acquire(request(FailureMode.CLOSED));
		assertThat(answer.toCompletableFuture()).succeedsWithin(LONG).isEqualTo(RateLimitDecision.unavailable());
		assertThat(this.errors)
			.containsExactly("acquire: java.util.concurrent.TimeoutException: no answer within 1 ms");
		assertThat(late.complete(decide(DecisionSource.REDIS))).isTrue();
		assertThat(answer.toCompletableFuture().join()).isEqualTo(RateLimitDecision.unavailable());
		assertThat(impatient.circuitBreaker().failures()).isOne();
	}

	@Test
	void outageIsLoggedWhenItBeginsAndWhenItIsOver(CapturedOutput output) {
		open();
		acquire(FailureMode.OPEN);
		this.shared.answers.add(CompletableFuture.completedFuture(decide(DecisionSource.REDIS)));
		this.time.pass(Duration.ofSeconds(12));
		assertThat(output).containsOnlyOnce("The shared store could not decide (java.lang.IllegalStateException: down)")
			.containsOnlyOnce(
					"The circuit breaker is open: 5 failures in a row, the last: java.lang.IllegalStateException: down.")
			.containsOnlyOnce("The circuit breaker is closed");
	}

	@Test
	void listenerIsToldOfEveryError() {
		this.shared.fail(2);
		acquire(FailureMode.OPEN);
		acquire(FailureMode.LOCAL);
		assertThat(this.errors).containsExactly("acquire: java.lang.IllegalStateException: down",
				"acquire: java.lang.IllegalStateException: down");
	}

	@Test
	void requestThatNoStoreCouldCountIsAnErrorAndNoOutage() {
		FailureModeRateLimitStore around = around(this.local, FailureModeSettings.of(LONG));
		Limit uncountable = Limit.of("9007199254740881/3653d");
		CompletionStage<RateLimitDecision> answer = around.acquire(
				new RateLimitRequest(List.of(new Charge(new Counter("a", "b", uncountable), 1)), FailureMode.OPEN));
		assertThat(answer.toCompletableFuture()).failsWithin(LONG)
			.withThrowableThat()
			.withCauseInstanceOf(IllegalArgumentException.class);
		assertThat(around.status().degradedSince()).isNull();
		assertThat(this.errors).isEmpty();
	}

	@Test
	void storeThatThrowsIsAStoreThatFails() {
		RateLimitStore throwing = new RateLimitStore() {

			@Override
			public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
				throw new IllegalStateException("thrown");
			}

			@Override
			public CompletionStage<Void> settle(RateLimitSettlement settlement) {
				throw new IllegalStateException("thrown");
			}

			@Override
			public CompletionStage<Void> reset(List<Counter> counters) {
				throw new IllegalStateException("thrown");
			}

		};
		FailureModeRateLimitStore around = around(throwing, FailureModeSettings.of(LONG));
		assertThat(around.acquire(request(FailureMode.CLOSED)).toCompletableFuture().join())
			.isEqualTo(RateLimitDecision.unavailable());
		assertThat(around.settle(settlement(decide(DecisionSource.REDIS))).toCompletableFuture())
			.isCompletedExceptionally();
		assertThat(around.reset(COUNTERS).toCompletableFuture()).isCompletedExceptionally();
		assertThat(this.errors).containsExactly("acquire: java.lang.IllegalStateException: thrown",
				"reset: java.lang.IllegalStateException: thrown");
	}

	@Test
	void chargeOfTheSharedStoreIsSettledThere() {
		RateLimitDecision decision = decide(DecisionSource.REDIS);
		this.shared.answers.add(CompletableFuture.completedFuture(decision));
		RateLimitSettlement settlement = settlement(acquire(FailureMode.LOCAL));
		this.store.settle(settlement).toCompletableFuture().join();
		assertThat(this.shared.settlements).containsExactly(settlement);
		assertThat(this.local.size()).isZero();
		assertThat(this.errors).isEmpty();
	}

	@Test
	void chargeOfTheMemoryIsSettledThereThoughTheSharedStoreIsBack() {
		this.shared.fail(1);
		RateLimitDecision decision = acquire(FailureMode.LOCAL);
		assertThat(decision.source()).isEqualTo(DecisionSource.FAILURE_MODE);
		assertThat(decision.chargedAt()).isEqualTo(Instant.EPOCH);
		this.store.settle(settlement(decision)).toCompletableFuture().join();
		assertThat(this.shared.settlements).isEmpty();
		this.shared.fail(1);
		assertThat(acquire(FailureMode.LOCAL).remaining()).isEqualTo(1);
	}

	@Test
	void settlementThatTheSharedStoreCannotMakeFails() {
		this.shared.settled = ScriptedStore.failed();
		assertThat(this.store.settle(settlement(decide(DecisionSource.REDIS)))).failsWithin(LONG)
			.withThrowableThat()
			.withMessageContaining("down");
		// Whoever settles tells
		assertThat(this.errors).isEmpty();
		assertThat(this.store.circuitBreaker().failures()).isOne();
		assertThat(this.local.size()).isZero();
	}

	@Test
	void settlementThatIsLateFails() {
		CompletableFuture<Void> late = new CompletableFuture<>();
		this.shared.settled = late;
		FailureModeRateLimitStore impatient = store(Duration.ofMillis(1));
		CompletionStage<Void> settled = impatient.settle(settlement(decide(DecisionSource.REDIS)));
		assertThat(settled).failsWithin(LONG).withThrowableThat().withCauseInstanceOf(TimeoutException.class);
		late.complete(null);
		assertThat(settled.toCompletableFuture()).isCompletedExceptionally();
	}

	@Test
	void settlementThatIsMadeShowsThatTheStoreAnswersAgain() {
		this.shared.fail(1);
		acquire(FailureMode.OPEN);
		assertThat(this.store.circuitBreaker().failures()).isOne();
		this.store.settle(settlement(decide(DecisionSource.REDIS))).toCompletableFuture().join();
		assertThat(this.store.circuitBreaker().failures()).isZero();
		assertThat(this.shared.requests).hasSize(1);
	}

	@Test
	void resetForgetsHereAndThere() {
		this.shared.fail(2);
		acquire(FailureMode.LOCAL);
		acquire(FailureMode.LOCAL);
		this.store.reset(COUNTERS).toCompletableFuture().join();
		assertThat(this.shared.resets).isEqualTo(1);
		this.shared.fail(1);
		assertThat(acquire(FailureMode.LOCAL).remaining()).isEqualTo(1);
	}

	@Test
	void resetThatTheSharedStoreCannotDoFails() {
		this.shared.resetFails = true;
		assertThat(this.store.reset(COUNTERS).toCompletableFuture()).failsWithin(LONG)
			.withThrowableThat()
			.withMessageContaining("down");
		assertThat(this.errors).containsExactly("reset: java.lang.IllegalStateException: down");
		assertThat(this.store.circuitBreaker().failures()).isOne();
	}

	@Test
	void checkFindsOutAboutTheStoreBeforeTheFirstRequest(CapturedOutput output) {
		this.shared.failAlways();
		this.store.check();
		assertThat(this.shared.requests).hasSize(1);
		assertThat(output).containsOnlyOnce("WARN")
			.containsOnlyOnce("The circuit breaker is open: java.lang.IllegalStateException: down.");
		assertThat(this.errors).containsExactly("acquire: java.lang.IllegalStateException: down");
		assertThat(acquire(FailureMode.CLOSED)).isEqualTo(RateLimitDecision.unavailable());
		assertThat(this.shared.requests).hasSize(1);
	}

	@Test
	void checkOfAStoreThatDecidesChangesNothing(CapturedOutput output) {
		this.shared.answers.add(CompletableFuture.completedFuture(decide(DecisionSource.REDIS)));
		this.store.check();
		assertThat(this.store.circuitBreaker()).isEqualTo(new CircuitBreakerStatus(State.CLOSED, 0, null));
		assertThat(output).doesNotContain("circuit breaker");
	}

	@Test
	void sharedStoreIsNotAskedAfterFailuresInARow() {
		this.shared.failAlways();
		for (int i = 0; i < 20; i++) {
			acquire(FailureMode.OPEN);
		}
		assertThat(this.shared.requests).hasSize(5);
		assertThat(this.errors).hasSize(5);
		assertThat(this.store.circuitBreaker().state()).isEqualTo(State.OPEN);
		assertThat(this.store.circuitBreaker().failures()).isEqualTo(5);
		assertThat(this.store.circuitBreaker().untilNextTry()).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(12));
		assertThat(this.store.status().degradedSince()).isEqualTo(ManualTime.START);
		assertThat(this.store.status().circuitBreaker()).isEqualTo(this.store.circuitBreaker());
	}

	@Test
	void sharedStoreIsTriedInTheBackgroundUntilItDecides() {
		open();
		this.shared.fail(2);
		this.shared.answers.add(CompletableFuture.completedFuture(decide(DecisionSource.REDIS)));
		this.time.pass(Duration.ofSeconds(26));
		assertThat(this.shared.requests).hasSize(7);
		assertThat(this.store.circuitBreaker().state()).isEqualTo(State.OPEN);
		assertThat(this.store.circuitBreaker().failures()).isEqualTo(7);
		this.time.pass(Duration.ofSeconds(10));
		assertThat(this.shared.requests).hasSize(8);
		assertThat(this.store.circuitBreaker()).isEqualTo(new CircuitBreakerStatus(State.CLOSED, 0, null));
		assertThat(this.store.status().degradedSince()).isNull();
		this.time.pass(Duration.ofHours(1));
		assertThat(this.shared.requests).hasSize(8);
	}

	@Test
	void sharedStoreIsTriedWithAChargeForTheKeyThatFailedLast() {
		open();
		this.shared.fail(1);
		this.time.pass(Duration.ofSeconds(12));
		assertThat(this.shared.requests).last().satisfies((request) -> {
			assertThat(request.isPeek()).isFalse();
			assertThat(request.charges()).singleElement()
				.satisfies((charge) -> assertThat(charge.counter().key()).isEqualTo("user:1"));
		});
	}

	@Test
	void sharedStoreIsTriedAtOnceWhereThereIsReasonToThinkThatItIsBack() {
		this.store.retry();
		open();
		this.shared.answers.add(CompletableFuture.completedFuture(decide(DecisionSource.REDIS)));
		this.store.retry();
		this.time.pass(Duration.ZERO);
		assertThat(this.store.circuitBreaker().state()).isEqualTo(State.CLOSED);
	}

	@Test
	void requestsFollowTheirFailureModeWhileTheStoreIsTried() {
		open();
		CompletableFuture<RateLimitDecision> answer = new CompletableFuture<>();
		this.shared.answers.add(answer);
		this.time.pass(Duration.ofSeconds(12));
		assertThat(this.store.circuitBreaker()).isEqualTo(
				new CircuitBreakerStatus(State.HALF_OPEN, 5, Duration.ZERO, "java.lang.IllegalStateException: down"));
		assertThat(acquire(FailureMode.CLOSED)).isEqualTo(RateLimitDecision.unavailable());
		answer.complete(decide(DecisionSource.REDIS));
		assertThat(this.store.circuitBreaker().state()).isEqualTo(State.CLOSED);
	}

	@Test
	void nothingIsSettledOrResetInTheSharedStoreWhileItIsNotAsked() {
		open();
		assertThat(this.store.settle(settlement(decide(DecisionSource.REDIS)))).failsWithin(LONG);
		assertThat(this.store.reset(COUNTERS)).failsWithin(LONG);
		assertThat(this.shared.settlements).isEmpty();
		assertThat(this.shared.resets).isZero();
	}

	@Test
	void nothingIsTriedOnceClosed() {
		open();
		this.store.close();
		this.store.retry();
		this.time.pass(Duration.ofHours(1));
		assertThat(this.shared.requests).hasSize(5);
		assertThat(acquire(FailureMode.OPEN).outcome()).isEqualTo(Outcome.UNCHECKED);
	}

	@Test
	void localDecidesByTheShareOfThisInstance() {
		this.instances = 2;
		this.shared.failAlways();
		assertThat(acquire(FailureMode.LOCAL).outcome()).isEqualTo(Outcome.ALLOWED);
		assertThat(acquire(FailureMode.LOCAL).outcome()).isEqualTo(Outcome.REFUSED);
		assertThat(this.store.status().instances()).isEqualTo(2);
	}

	@Test
	void whatWasAdmittedLocallyIsHandedOverOnceTheSharedStoreDecidesAgain() {
		this.shared.fail(1);
		acquire(FailureMode.LOCAL);
		for (int i = 0; i < 3; i++) {
			this.shared.answers.add(CompletableFuture.completedFuture(decide(DecisionSource.REDIS)));
			acquire(FailureMode.LOCAL);
		}
		assertThat(this.shared.requests.stream().map((request) -> request.charges().get(0).cost())).containsExactly(1L,
				1L, 2L, 1L);
	}

	@Test
	void whatIsOwedStaysSoWhereTheSharedStoreIsNotAskedAfterAll() {
		AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {
		});
		FailureModeRateLimitStore opening = new FailureModeRateLimitStore(this.shared, this.local,
				FailureModeSettings.of(LONG), () -> {
					meanwhile.getAndSet(() -> {
					}).run();
					return 1;
				}, this.listener, this.time.surroundings());
		RateLimitRequest request = new RateLimitRequest(
				List.of(new Charge(new Counter("ai", "user:1", TWO.withBurst(10)), 1)), FailureMode.LOCAL);
		this.shared.fail(1);
		opening.acquire(request);
		this.shared.answers.add(CompletableFuture.completedFuture(decide(DecisionSource.REDIS)));
		opening.acquire(request);
		// The circuit opens between the look at it and the question
		this.shared.fail(1);
		meanwhile.set(opening::check);
		assertThat(opening.acquire(request))
			.isCompletedWithValueMatching((decision) -> decision.source() == DecisionSource.FAILURE_MODE);
		assertThat(this.shared.requests).hasSize(3);
		this.shared.answers.add(CompletableFuture.completedFuture(decide(DecisionSource.REDIS)));
		this.time.pass(Duration.ofSeconds(12));
		this.shared.answers.add(CompletableFuture.completedFuture(decide(DecisionSource.REDIS)));
		opening.acquire(request);
		assertThat(this.shared.requests).last()
			.satisfies((paying) -> assertThat(paying.charges().get(0).cost()).isEqualTo(1 + 2));
	}

	@Test
	void requestWaitsForTheOneThatHandsOver() {
		CompletableFuture<RateLimitDecision> answer = handOver();
		CompletionStage<RateLimitDecision> waiting = this.store.acquire(request(FailureMode.LOCAL));
		assertThat(this.shared.requests).hasSize(3);
		this.shared.answers.add(CompletableFuture.completedFuture(decide(DecisionSource.REDIS)));
		answer.complete(decide(DecisionSource.REDIS));
		assertThat(waiting.toCompletableFuture()).isCompleted();
		assertThat(this.shared.requests.stream().map((request) -> request.charges().get(0).cost())).containsExactly(1L,
				1L, 2L, 1L);
	}

	@Test
	void requestThatWaitedIsRefusedWhereYetAnotherHandsOver() {
		CompletableFuture<RateLimitDecision> answer = handOver();
		this.shared.answers.add(new CompletableFuture<>());
		List<CompletionStage<RateLimitDecision>> waiting = List.of(this.store.acquire(request(FailureMode.LOCAL)),
				this.store.acquire(request(FailureMode.LOCAL)));
		RateLimitRequest tooMuch = new RateLimitRequest(List.of(new Charge(COUNTERS.get(0), 3)), FailureMode.LOCAL);
		answer.complete(InMemoryRateLimitStore.create().acquire(tooMuch).toCompletableFuture().join());
		assertThat(this.shared.requests).hasSize(4);
		assertThat(waiting).filteredOn((stage) -> stage.toCompletableFuture().isDone())
			.singleElement()
			.satisfies((stage) -> {
				RateLimitDecision decision = stage.toCompletableFuture().join();
				assertThat(decision.outcome()).isEqualTo(Outcome.REFUSED);
				assertThat(decision.source()).isEqualTo(DecisionSource.FAILURE_MODE);
			});
	}

	private CompletableFuture<RateLimitDecision> handOver() {
		this.shared.fail(1);
		acquire(FailureMode.LOCAL);
		this.shared.answers.add(CompletableFuture.completedFuture(decide(DecisionSource.REDIS)));
		acquire(FailureMode.LOCAL);
		CompletableFuture<RateLimitDecision> answer = new CompletableFuture<>();
		this.shared.answers.add(answer);
		assertThat(this.store.acquire(request(FailureMode.LOCAL)).toCompletableFuture()).isNotDone();
		return answer;
	}

	@Test
	void listenerThatFailsDoesNotStopTheStart() {
		FailureModeRateLimitStore told = new FailureModeRateLimitStore(this.shared, this.local,
				FailureModeSettings.of(LONG), () -> 1, new RateLimitListener() {

					@Override
					public void onStoreError(String operation, Throwable error) {
						throw new IllegalStateException("listener");
					}

				});
		this.shared.failAlways();
		told.check();
		assertThat(told.circuitBreaker().state()).isEqualTo(State.OPEN);
		told.close();
	}

	private void open() {
		this.shared.fail(5);
		for (int i = 0; i < 5; i++) {
			acquire(FailureMode.OPEN);
		}
		assertThat(this.store.circuitBreaker().state()).isEqualTo(State.OPEN);
	}

	private RateLimitDecision acquire(FailureMode failureMode) {
		return this.store.acquire(request(failureMode)).toCompletableFuture().join();
	}

	private static RateLimitRequest request(FailureMode failureMode) {
		return new RateLimitRequest(List.of(new Charge(COUNTERS.get(0), 1)), failureMode);
	}

	private static RateLimitSettlement settlement(RateLimitDecision decision) {
		return new RateLimitSettlement(request(FailureMode.LOCAL), decision, List.of(0L));
	}

	private static RateLimitDecision decide(DecisionSource source) {
		return InMemoryRateLimitStore.create(1, () -> 0)
			.acquire(request(FailureMode.OPEN))
			.toCompletableFuture()
			.join()
			.withSource(source);
	}

	/**
	 * A store that gives prepared answers, in order.
	 */
	private static final class ScriptedStore implements RateLimitStore {

		private final Deque<CompletableFuture<RateLimitDecision>> answers = new ArrayDeque<>();

		private final List<RateLimitRequest> requests = new ArrayList<>();

		private final List<RateLimitSettlement> settlements = new ArrayList<>();

		private CompletableFuture<Void> settled = CompletableFuture.completedFuture(null);

		private boolean failsAlways;

		private boolean resetFails;

		private int resets;

		void failAlways() {
			this.failsAlways = true;
		}

		void fail(int times) {
			for (int i = 0; i < times; i++) {
				this.answers.add(failed());
			}
		}

		private static <T> CompletableFuture<T> failed() {
			return CompletableFuture.failedFuture(new CompletionException(new IllegalStateException("down")));
		}

		@Override
		public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
			this.requests.add(request);
			return (this.failsAlways) ? failed() : this.answers.remove();
		}

		@Override
		public CompletionStage<Void> settle(RateLimitSettlement settlement) {
			this.settlements.add(settlement);
			return this.settled;
		}

		@Override
		public CompletionStage<Void> reset(List<Counter> counters) {
			this.resets++;
			return (this.resetFails) ? failed() : CompletableFuture.completedFuture(null);
		}

	}

}
