package io.github.ratelimit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link JointRateLimiter}, {@link JointDecision} and {@link JointRequest}.
 */
class JointRateLimiterTests {

	private static final Limit FIVE = Limit.of("5/d").withName("day");

	private static final Limit TWO = Limit.of("2/h").withName("hour");

	private static final RateLimiterSettings USER = settings("user", Enforcement.ENFORCE, FIVE);

	private static final RateLimiterSettings IP = settings("ip", Enforcement.ENFORCE, TWO);

	private static final RateLimiterSettings TRIAL = settings("trial", Enforcement.SHADOW, FIVE, TWO);

	private final ObservedStore store = new ObservedStore();

	private final List<RateLimitEvent> events = new ArrayList<>();

	private final List<String> errors = new CopyOnWriteArrayList<>();

	private long nanoTime;

	private final JointRateLimiter limiter = new JointRateLimiter(this.store, new RateLimitListener() {

		@Override
		public void onDecision(RateLimitEvent event) {
			JointRateLimiterTests.this.events.add(event);
		}

		@Override
		public void onStoreError(String operation, Throwable error) {
			JointRateLimiterTests.this.errors.add(operation + ": " + error);
		}

	}, DecisionTracer.NONE, () -> this.nanoTime += 250);

	@Test
	void nobodyIsToldOfPartsWhoseOutcomeHeIgnores() {
		JointRateLimiter limiter = new JointRateLimiter(this.store, new RateLimitListener() {

			@Override
			public boolean ignores(Outcome outcome) {
				return outcome == Outcome.ALLOWED;
			}

			@Override
			public void onDecision(RateLimitEvent event) {
				JointRateLimiterTests.this.events.add(event);
			}

		});
		List<Acquisition> both = List.of(new Acquisition(IP, "alice", 1), new Acquisition(TRIAL, "alice", 2));
		assertThat(limiter.tryAcquire(both).whole().allowed()).isTrue();
		assertThat(this.events).isEmpty();
		limiter.tryAcquire(both);
		assertThat(this.events).extracting(RateLimitEvent::tier, (event) -> event.decision().outcome())
			.containsExactly(tuple("trial", Outcome.SHADOW_REFUSED));
	}

	@Test
	void asksTheStoreOnceForAllLimitsOfAll() {
		JointDecision decision = this.limiter
			.tryAcquire(List.of(new Acquisition(USER, "alice", 1), new Acquisition(IP, "203.0.113.7", 2)));
		assertThat(this.store.requests)
			.containsExactly(new RateLimitRequest(List.of(new Charge(new Counter("user", "alice", FIVE), 1),
					new Charge(new Counter("ip", "203.0.113.7", TWO), 2)), FailureMode.LOCAL));
		assertThat(decision.whole().outcome()).isEqualTo(Outcome.ALLOWED);
		assertThat(decision.whole().limits()).extracting(LimitStatus::limit, LimitStatus::remaining)
			.containsExactly(tuple(FIVE, 4L), tuple(TWO, 0L));
		assertThat(decision.whole().limit()).isEqualTo(2);
	}

	@Test
	void eachPartHasItsOwnLimits() {
		RateLimiterSettings both = settings("both", Enforcement.ENFORCE, FIVE, TWO);
		JointDecision decision = this.limiter
			.tryAcquire(List.of(new Acquisition(both, "alice", 1), new Acquisition(IP, "203.0.113.7", 2)));
		assertThat(decision.parts()).extracting((part) -> part.acquisition().settings().name())
			.containsExactly("both", "ip");
		assertThat(remaining(decision.parts().get(0).decision())).containsExactly(4L, 1L);
		assertThat(remaining(decision.parts().get(1).decision())).containsExactly(0L);
		assertThat(decision.parts()).extracting((part) -> part.decision().source()).containsOnly(DecisionSource.MEMORY);
	}

	@Test
	void oneAloneHasTheDecisionOfTheStore() {
		RateLimitDecision answer = RateLimitDecision.unavailable();
		this.store.answer = CompletableFuture.completedFuture(answer);
		JointDecision decision = this.limiter.tryAcquire(List.of(new Acquisition(USER, "alice", 1)));
		assertThat(decision.whole()).isSameAs(answer);
		assertThat(decision.parts()).singleElement().satisfies((part) -> assertThat(part.decision()).isSameAs(answer));
	}

	@Test
	void refusalOfOneChargesNone() {
		acquire(new Acquisition(IP, "203.0.113.7", 2));
		JointDecision refused = this.limiter
			.tryAcquire(List.of(new Acquisition(USER, "alice", 1), new Acquisition(IP, "203.0.113.7", 1)));
		assertThat(refused.whole().outcome()).isEqualTo(Outcome.REFUSED);
		assertThat(refused.whole().refusedBy()).containsExactly("hour");
		assertThat(refused.whole().retryAfter()).isEqualTo(Duration.ofMinutes(30));
		assertThat(refused.parts()).extracting((part) -> part.decision().outcome())
			.containsExactly(Outcome.REFUSED, Outcome.REFUSED);
		assertThat(refused.parts()).extracting((part) -> part.decision().refusedBy())
			.containsExactly(List.of(), List.of("hour"));
		assertThat(acquire(new Acquisition(USER, "alice", 5)).allowed()).isTrue();
	}

	@Test
	void waitIsTheLongestOfThoseThatRefuse() {
		acquire(new Acquisition(IP, "203.0.113.7", 2));
		acquire(new Acquisition(USER, "alice", 5));
		RateLimitDecision refused = acquire(new Acquisition(IP, "203.0.113.7", 1), new Acquisition(USER, "alice", 1));
		assertThat(refused.refusedBy()).containsExactly("hour", "day");
		assertThat(refused.retryAfter()).isEqualTo(Duration.ofDays(1).dividedBy(5));
		assertThat(acquire(new Acquisition(IP, "203.0.113.7", 1), new Acquisition(USER, "alice", 6)).retryAfter())
			.isNull();
	}

	@Test
	void sameCounterTwiceIsOneChargeOfBothCosts() {
		JointDecision decision = this.limiter
			.tryAcquire(List.of(new Acquisition(USER, "alice", 2), new Acquisition(USER, "alice", 1)));
		assertThat(this.store.requests).singleElement()
			.satisfies((request) -> assertThat(request.charges())
				.containsExactly(new Charge(new Counter("user", "alice", FIVE), 3)));
		assertThat(decision.parts()).hasSize(2)
			.allSatisfy((part) -> assertThat(part.decision().remaining()).isEqualTo(2));
		assertThat(acquire(new Acquisition(USER, "alice", Long.MAX_VALUE), new Acquisition(USER, "alice", 2)).allowed())
			.isFalse();
	}

	@Test
	void callThatOnlyAsksBesideOneThatIsChargedIsNeverWhyItIsRefused() {
		acquire(new Acquisition(IP, "203.0.113.7", 2));
		assertThat(acquire(new Acquisition(USER, "alice", 1), new Acquisition(IP, "203.0.113.7", 0)).outcome())
			.isEqualTo(Outcome.ALLOWED);
	}

	@Test
	void oneOfNoneIsAnError() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.limiter.tryAcquire(List.of()))
			.withMessage("A request needs at least one charge");
	}

	@Test
	void refusalIsThrownByTheNameOfTheFirstThatRefusesItself() {
		acquire(new Acquisition(IP, "203.0.113.7", 2));
		List<Acquisition> all = List.of(new Acquisition(USER, "alice", 1), new Acquisition(IP, "203.0.113.7", 1));
		assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(() -> this.limiter.checkOrThrow(all))
			.withMessage("Rate limit 'ip' exceeded, please try again in 1800 seconds")
			.satisfies((ex) -> assertThat(ex.getTier()).isEqualTo("ip"))
			.satisfies((ex) -> assertThat(ex.getDecision().limits()).hasSize(2));
		this.store.answer = CompletableFuture.completedFuture(RateLimitDecision.unavailable());
		assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(() -> this.limiter.checkOrThrow(all))
			.withMessage("Rate limit 'user' cannot be checked at present");
		RateLimiterSettings guarded = new RateLimiterSettings("guarded", "default", "guarded", List.of(FIVE),
				FailureMode.CLOSED, Enforcement.ENFORCE);
		assertThatExceptionOfType(RateLimitExceededException.class)
			.isThrownBy(() -> this.limiter
				.checkOrThrow(List.of(new Acquisition(USER, "alice", 1), new Acquisition(guarded, "alice", 1))))
			.withMessage("Rate limit 'guarded' cannot be checked at present");
	}

	@Test
	void allowedRequestIsNotThrown() {
		assertThat(this.limiter.checkOrThrow(List.of(new Acquisition(USER, "alice", 1))).whole().remaining())
			.isEqualTo(4);
	}

	@Test
	void watchedOnesAreAskedAfterThoseThatAreEnforced() {
		JointDecision decision = this.limiter.tryAcquire(List.of(new Acquisition(TRIAL, "alice", 1),
				new Acquisition(USER, "alice", 1), new Acquisition(IP, "203.0.113.7", 1)));
		assertThat(this.store.requests).extracting((request) -> names(request))
			.containsExactly(List.of("user", "ip"), List.of("trial", "trial"));
		assertThat(decision.whole().outcome()).isEqualTo(Outcome.ALLOWED);
		assertThat(remaining(decision.whole())).containsExactly(4L, 1L, 4L, 1L);
		assertThat(decision.parts()).extracting((part) -> part.acquisition().settings().name())
			.containsExactly("user", "ip", "trial");
	}

	@Test
	void watchedOnesAreNotChargedForWhatOthersRefuse() {
		acquire(new Acquisition(IP, "203.0.113.7", 2));
		for (int i = 0; i < 10; i++) {
			JointDecision refused = this.limiter
				.tryAcquire(List.of(new Acquisition(TRIAL, "alice", 1), new Acquisition(IP, "203.0.113.7", 1)));
			assertThat(refused.whole().outcome()).isEqualTo(Outcome.REFUSED);
			assertThat(refused.parts()).extracting((part) -> part.acquisition().settings().name())
				.containsExactly("ip");
		}
		assertThat(remaining(acquire(new Acquisition(TRIAL, "alice", 0)))).containsExactly(5L, 2L);
	}

	@Test
	void watchedOnesNeverRefuse() {
		acquire(new Acquisition(TRIAL, "alice", 2));
		JointDecision decision = this.limiter
			.tryAcquire(List.of(new Acquisition(TRIAL, "alice", 1), new Acquisition(USER, "alice", 1)));
		assertThat(decision.whole().outcome()).isEqualTo(Outcome.SHADOW_REFUSED);
		assertThat(decision.whole().allowed()).isTrue();
		assertThat(decision.parts()).extracting((part) -> part.decision().outcome())
			.containsExactly(Outcome.ALLOWED, Outcome.SHADOW_REFUSED);
		assertThat(acquire(new Acquisition(USER, "alice", 0)).remaining()).isEqualTo(4);
	}

	@Test
	void watchedOnesAreEachAskedByThemselves() {
		RateLimiterSettings other = settings("other", Enforcement.SHADOW, TWO);
		for (List<Acquisition> before : List.of(List.<Acquisition>of(), List.of(new Acquisition(USER, "alice", 1)))) {
			List<Acquisition> all = new ArrayList<>(before);
			all.addAll(List.of(new Acquisition(other, "alice", 3), new Acquisition(TRIAL, "alice", 1)));
			this.events.clear();
			JointDecision decision = this.limiter.tryAcquire(all);
			assertThat(decision.whole().outcome()).isEqualTo(Outcome.SHADOW_REFUSED);
			assertThat(this.events.subList(before.size(), before.size() + 2))
				.extracting(RateLimitEvent::tier, (event) -> event.decision().outcome())
				.containsExactly(tuple("other", Outcome.SHADOW_REFUSED), tuple("trial", Outcome.ALLOWED));
		}
	}

	@Test
	void countIsNotAskedForByTwoLimitsAtOnce() {
		RateLimiterSettings premium = new RateLimiterSettings("user", "premium", "user", List.of(FIVE.withBurst(50)),
				FailureMode.LOCAL, Enforcement.ENFORCE);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.limiter
				.tryAcquire(List.of(new Acquisition(USER, "alice", 1), new Acquisition(premium, "alice", 1))))
			.withMessageStartingWith(
					"One count cannot be asked for by two limits at once: Counter[name=user, key=alice");
		assertThat(this.store.requests).isEmpty();
	}

	@Test
	void decisionIsSettledOnceHoweverManyReservationsThereAre() {
		JointDecision decision = this.limiter.tryAcquire(List.of(new Acquisition(USER, "alice", 2)));
		Reservation first = this.limiter.reservation(decision, Duration.ofMinutes(1));
		Reservation second = this.limiter.reservation(decision, Duration.ofMinutes(1));
		assertThat(first.cancel()).isTrue();
		assertThat(second.cancel()).isFalse();
		assertThatIllegalArgumentException().isThrownBy(() -> this.limiter.reservation(decision, Duration.ZERO));
	}

	@Test
	void watchedOnesThatTheStoreCannotDecideAreUnchecked() {
		IllegalStateException failure = new IllegalStateException("no trial");
		this.store.failing = (request) -> (names(request).contains("trial")) ? failure : null;
		JointDecision decision = this.limiter
			.tryAcquire(List.of(new Acquisition(TRIAL, "alice", 1), new Acquisition(USER, "alice", 1)));
		assertThat(decision.whole().outcome()).isEqualTo(Outcome.ALLOWED);
		assertThat(decision.parts())
			.extracting((part) -> part.acquisition().settings().name(), (part) -> part.decision().outcome())
			.containsExactly(tuple("user", Outcome.ALLOWED), tuple("trial", Outcome.UNCHECKED));
		await().untilAsserted(() -> assertThat(this.errors).containsExactly("acquire: " + failure));
	}

	@Test
	void whatIsDecidedIsToldThoughAnotherCannotBe() {
		IllegalStateException failure = new IllegalStateException("no alice");
		this.store.failing = (request) -> (request.charges().get(0).counter().key().equals("alice")) ? failure : null;
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> this.limiter.tryAcquireEach(
					List.of(List.of(new Acquisition(USER, "alice", 1)), List.of(new Acquisition(USER, "bob", 1)))))
			.isSameAs(failure);
		assertThat(this.events).extracting(RateLimitEvent::key).containsExactly("bob");
	}

	@Test
	void uncheckedIsUncheckedWhateverWatchedOnesSay() {
		this.store.answer = CompletableFuture.completedFuture(RateLimitDecision.unchecked(DecisionSource.FAILURE_MODE));
		JointDecision decision = this.limiter
			.tryAcquire(List.of(new Acquisition(USER, "alice", 1), new Acquisition(TRIAL, "alice", 1)));
		assertThat(decision.whole().outcome()).isEqualTo(Outcome.UNCHECKED);
		assertThat(decision.whole().limits()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "LOCAL, OPEN, LOCAL", "OPEN, LOCAL, LOCAL", "OPEN, OPEN, OPEN", "LOCAL, CLOSED, CLOSED",
			"CLOSED, OPEN, CLOSED", "LOCAL, LOCAL, LOCAL" })
	void failureModeIsTheStrictestOfAll(FailureMode one, FailureMode other, FailureMode strictest) {
		acquire(new Acquisition(settings("user", one, Enforcement.ENFORCE, FIVE), "alice", 1),
				new Acquisition(settings("ip", other, Enforcement.ENFORCE, FIVE), "alice", 1));
		assertThat(this.store.requests).singleElement()
			.satisfies((request) -> assertThat(request.failureMode()).isEqualTo(strictest));
	}

	@Test
	void failureModeOfWatchedOnesIsTheirOwn() {
		acquire(new Acquisition(settings("user", FailureMode.OPEN, Enforcement.ENFORCE, FIVE), "alice", 1),
				new Acquisition(settings("trial", FailureMode.CLOSED, Enforcement.SHADOW, FIVE), "alice", 1));
		assertThat(this.store.requests).extracting(RateLimitRequest::failureMode)
			.containsExactly(FailureMode.OPEN, FailureMode.CLOSED);
	}

	@Test
	void listenerIsToldOfEachPartOfWhatIsAllowed() {
		acquire(new Acquisition(USER, "alice", 2), new Acquisition(IP, "203.0.113.7", 1),
				new Acquisition(TRIAL, "alice", 1));
		assertThat(this.events)
			.extracting(RateLimitEvent::tier, RateLimitEvent::key, RateLimitEvent::cost,
					(event) -> event.decision().outcome(), (event) -> event.decision().limits().size(),
					RateLimitEvent::elapsed)
			.containsExactly(tuple("user", "alice", 2L, Outcome.ALLOWED, 1, Duration.ofNanos(250)),
					tuple("ip", "203.0.113.7", 1L, Outcome.ALLOWED, 1, Duration.ofNanos(250)),
					tuple("trial", "alice", 1L, Outcome.ALLOWED, 2, Duration.ofNanos(250)));
	}

	@Test
	void listenerIsToldOfThePartsThatRefuseAndOfNoOther() {
		acquire(new Acquisition(IP, "203.0.113.7", 2));
		this.events.clear();
		acquire(new Acquisition(USER, "alice", 1), new Acquisition(IP, "203.0.113.7", 1),
				new Acquisition(TRIAL, "alice", 1));
		assertThat(this.events).extracting(RateLimitEvent::tier, (event) -> event.decision().outcome())
			.containsExactly(tuple("ip", Outcome.REFUSED));
	}

	@Test
	void listenerIsToldOfEachPartThatNobodyCouldCheck() {
		this.store.answer = CompletableFuture.completedFuture(RateLimitDecision.unavailable());
		acquire(new Acquisition(USER, "alice", 1), new Acquisition(IP, "203.0.113.7", 1));
		assertThat(this.events).extracting(RateLimitEvent::tier, (event) -> event.decision().outcome())
			.containsExactly(tuple("user", Outcome.UNAVAILABLE), tuple("ip", Outcome.UNAVAILABLE));
	}

	@Test
	void listenerIsNotToldOfPartsThatOnlyAsk() {
		acquire(new Acquisition(USER, "alice", 0), new Acquisition(IP, "203.0.113.7", 1));
		assertThat(this.events).extracting(RateLimitEvent::tier).containsExactly("ip");
		acquire(new Acquisition(USER, "alice", 0), new Acquisition(IP, "203.0.113.7", 0));
		assertThat(this.events).hasSize(1);
	}

	@Test
	void failureOfTheStoreIsThrownAsItIs() {
		IllegalStateException failure = new IllegalStateException("no store");
		this.store.answer = CompletableFuture.failedFuture(failure);
		List<Acquisition> one = List.of(new Acquisition(USER, "alice", 1));
		assertThatIllegalStateException().isThrownBy(() -> this.limiter.tryAcquire(one)).isSameAs(failure);
		assertThat(this.limiter.tryAcquireAsync(one)).failsWithin(Duration.ZERO)
			.withThrowableThat()
			.havingCause()
			.isSameAs(failure);
		assertThat(this.events).isEmpty();
	}

	@Test
	void whatFollowsAnAsynchronousDecisionDoesNotHoldUpTheThreadThatAnswers() {
		this.store.answer = new CompletableFuture<>();
		Thread answering = Thread.currentThread();
		CompletionStage<JointDecision> decision = this.limiter
			.tryAcquireAsync(List.of(new Acquisition(USER, "alice", 1), new Acquisition(IP, "203.0.113.7", 1)));
		CompletionStage<Thread> following = decision.thenApply((done) -> Thread.currentThread());
		assertThat(decision.toCompletableFuture()).isNotDone();
		assertThat(this.events).isEmpty();
		this.store.answer.complete(RateLimitDecision.unavailable());
		assertThat(following).succeedsWithin(Duration.ofSeconds(30)).isNotEqualTo(answering);
		assertThat(this.events).hasSize(2);
	}

	private RateLimitDecision acquire(Acquisition... acquisitions) {
		return this.limiter.tryAcquire(List.of(acquisitions)).whole();
	}

	private static List<Long> remaining(RateLimitDecision decision) {
		return decision.limits().stream().map(LimitStatus::remaining).toList();
	}

	private static List<String> names(RateLimitRequest request) {
		return request.charges().stream().map((charge) -> charge.counter().name()).toList();
	}

	private static RateLimiterSettings settings(String name, Enforcement enforcement, Limit... limits) {
		return settings(name, FailureMode.LOCAL, enforcement, limits);
	}

	private static RateLimiterSettings settings(String name, FailureMode failureMode, Enforcement enforcement,
			Limit... limits) {
		return new RateLimiterSettings(name, "default", name, List.of(limits), failureMode, enforcement);
	}

}
