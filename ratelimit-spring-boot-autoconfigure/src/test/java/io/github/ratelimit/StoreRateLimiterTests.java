package io.github.ratelimit;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Tests for {@link StoreRateLimiter} and the defaults of {@link RateLimiter}.
 */
class StoreRateLimiterTests {

	private static final Limit LIMIT = Limit.of("2/m");

	private final RecordingStore store = new RecordingStore();

	private final List<RateLimitEvent> events = new ArrayList<>();

	private final Iterator<Long> nanoTimes = List.of(1_000L, 1_250L, 9_000L, 9_700L, 10_000L, 10_001L).iterator();

	private final RateLimiter limiter = limiter(FailureMode.CLOSED, Enforcement.ENFORCE);

	@Test
	void asksTheStoreForTheCounterOfItsSettings() {
		assertThat(this.limiter.tryAcquire("alice", 2)).isSameAs(this.store.decision);
		assertThat(this.store.acquired).containsExactly(request("alice", 2));
		assertThat(this.limiter.getName()).isEqualTo("api");
	}

	@Test
	void asksForOneUnitUnlessSaid() {
		this.limiter.tryAcquire("alice");
		this.limiter.checkOrThrow("bob");
		assertThat(this.limiter.tryAcquireAsync("carol")).isCompletedWithValue(this.store.decision);
		assertThat(this.store.acquired).containsExactly(request("alice", 1), request("bob", 1), request("carol", 1));
	}

	@Test
	void peekAsksForNothing() {
		assertThat(this.limiter.peek("alice")).isSameAs(this.store.decision);
		assertThat(this.limiter.peekAsync("bob")).isCompletedWithValue(this.store.decision);
		assertThat(this.store.acquired).containsExactly(request("alice", 0), request("bob", 0));
	}

	@Test
	void resetForgetsTheCounter() {
		this.limiter.reset("alice");
		assertThat(this.limiter.resetAsync("bob")).isCompletedWithValue(null);
		assertThat(this.store.reset).containsExactly(new Counter("api@GET /", "alice", LIMIT),
				new Counter("api@GET /", "bob", LIMIT));
		assertThat(this.events).isEmpty();
	}

	@Test
	void keyMustNotBeNullOrBlank() {
		assertThatNullPointerException().isThrownBy(() -> this.limiter.tryAcquire(null));
		assertThatNullPointerException().isThrownBy(() -> this.limiter.tryAcquireAsync(null));
		assertThatNullPointerException().isThrownBy(() -> this.limiter.peek(null));
		assertThatNullPointerException().isThrownBy(() -> this.limiter.reset(null)).withMessage("key must not be null");
		assertThatIllegalArgumentException().isThrownBy(() -> this.limiter.tryAcquire(" "));
		assertThatIllegalArgumentException().isThrownBy(() -> this.limiter.tryAcquireAsync(""));
		assertThatIllegalArgumentException().isThrownBy(() -> this.limiter.checkOrThrow("\t"));
		assertThatIllegalArgumentException().isThrownBy(() -> this.limiter.resetAsync(" "))
			.withMessage("key must not be blank");
		assertThat(this.store.acquired).isEmpty();
		assertThat(this.store.reset).isEmpty();
	}

	@Test
	void costMustNotBeNegative() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.limiter.tryAcquire("alice", -1))
			.withMessage("A cost must not be negative, but is -1");
		assertThatIllegalArgumentException().isThrownBy(() -> this.limiter.tryAcquireAsync("alice", Long.MIN_VALUE));
		assertThat(this.store.acquired).isEmpty();
		assertThat(this.events).isEmpty();
	}

	@Test
	void listenerIsToldOnceOfEachDecisionWithTheTimeItTook() {
		this.limiter.tryAcquire("alice", 2);
		this.store.decision = decision(1);
		this.limiter.tryAcquire("bob");
		assertThat(this.events).containsExactly(
				new RateLimitEvent("api", "premium", "alice", 2, decision(0), Duration.ofNanos(250)),
				new RateLimitEvent("api", "premium", "bob", 1, decision(1), Duration.ofNanos(700)));
	}

	@Test
	void listenerIsToldOfAnAsynchronousDecisionWhenItIsMade() {
		CompletableFuture<RateLimitDecision> answer = new CompletableFuture<>();
		this.store.answer = answer;
		CompletionStage<RateLimitDecision> decision = this.limiter.tryAcquireAsync("alice");
		assertThat(decision.toCompletableFuture()).isNotDone();
		assertThat(this.events).isEmpty();
		answer.complete(this.store.decision);
		assertThat(decision).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(this.store.decision);
		assertThat(this.events).hasSize(1);
	}

	@Test
	void whatFollowsAnAsynchronousDecisionDoesNotHoldUpTheThreadThatAnswers() {
		CompletableFuture<RateLimitDecision> answer = new CompletableFuture<>();
		this.store.answer = answer;
		Thread answering = Thread.currentThread();
		CompletableFuture<Thread> following = this.limiter.tryAcquireAsync("alice")
			.thenApply((decision) -> Thread.currentThread())
			.toCompletableFuture();
		answer.complete(this.store.decision);
		assertThat(following).succeedsWithin(Duration.ofSeconds(30)).isNotEqualTo(answering);
	}

	@Test
	void whatFollowsAnAsynchronousResetDoesNotHoldUpTheThreadThatAnswers() {
		this.store.resetAnswer = new CompletableFuture<>();
		Thread answering = Thread.currentThread();
		CompletableFuture<Thread> following = this.limiter.resetAsync("alice")
			.thenApply((done) -> Thread.currentThread())
			.toCompletableFuture();
		this.store.resetAnswer.complete(null);
		assertThat(following).succeedsWithin(Duration.ofSeconds(30)).isNotEqualTo(answering);
	}

	@Test
	void listenerIsNotToldOfQuestions() {
		this.limiter.peek("alice");
		this.limiter.tryAcquire("alice", 0);
		assertThat(this.events).isEmpty();
		assertThat(this.nanoTimes.next()).isEqualTo(1_000);
	}

	@Test
	void listenerIsNotToldOfADecisionThatWasNotMade() {
		this.store.answer = CompletableFuture.failedFuture(new IllegalStateException("no"));
		assertThatIllegalStateException().isThrownBy(() -> this.limiter.tryAcquire("alice"));
		assertThat(this.events).isEmpty();
	}

	@Test
	void listenerThatFailsChangesNothing() {
		RateLimiter limiter = RateLimiter.of(settings(FailureMode.CLOSED, Enforcement.ENFORCE), this.store,
				new RateLimitListener() {

					@Override
					public void onDecision(RateLimitEvent event) {
						throw new IllegalStateException("listener");
					}

				});
		assertThat(limiter.tryAcquire("alice")).isSameAs(this.store.decision);
		assertThat(limiter.tryAcquireAsync("alice")).isCompletedWithValue(this.store.decision);
	}

	@Test
	void refusalIsThrownWhereThatIsAskedFor() {
		this.store.decision = refusal();
		assertThat(this.limiter.tryAcquire("alice").allowed()).isFalse();
		assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(() -> this.limiter.checkOrThrow("alice"))
			.withMessage("Rate limit 'api' exceeded, please try again in 30 seconds")
			.satisfies((ex) -> assertThat(ex.getDecision()).isEqualTo(refusal()))
			.satisfies((ex) -> assertThat(ex.getTier()).isEqualTo("api"));
	}

	@Test
	void allowedRequestIsNotThrown() {
		assertThat(this.limiter.checkOrThrow("alice", 2)).isSameAs(this.store.decision);
		this.store.decision = RateLimitDecision.unchecked(DecisionSource.NONE);
		assertThat(this.limiter.checkOrThrow("alice").outcome()).isEqualTo(Outcome.UNCHECKED);
	}

	@Test
	void shadowNeverRefuses() {
		RateLimiter shadow = limiter(FailureMode.CLOSED, Enforcement.SHADOW);
		this.store.decision = refusal();
		assertThat(shadow.checkOrThrow("alice").outcome()).isEqualTo(Outcome.SHADOW_REFUSED);
		assertThat(this.events).extracting((event) -> event.decision().outcome())
			.containsExactly(Outcome.SHADOW_REFUSED);
		this.store.decision = RateLimitDecision.unavailable();
		assertThat(shadow.checkOrThrow("alice").outcome()).isEqualTo(Outcome.UNCHECKED);
		assertThat(shadow.peek("alice").outcome()).isEqualTo(Outcome.UNCHECKED);
	}

	@Test
	void failureOfTheStoreIsThrownAsItIs() {
		IllegalStateException failure = new IllegalStateException("no store");
		this.store.answer = CompletableFuture.failedFuture(failure);
		assertThatIllegalStateException().isThrownBy(() -> this.limiter.tryAcquire("alice")).isSameAs(failure);
		assertThatIllegalStateException().isThrownBy(() -> this.limiter.peek("alice")).isSameAs(failure);
		this.store.resetAnswer = CompletableFuture.failedFuture(failure);
		assertThatIllegalStateException().isThrownBy(() -> this.limiter.reset("alice")).isSameAs(failure);
	}

	@Test
	void checkedFailureOfTheStoreIsTheCauseOfWhatIsThrown() {
		IOException failure = new IOException("no store");
		this.store.answer = CompletableFuture.failedFuture(failure);
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> this.limiter.tryAcquire("alice"))
			.havingCause()
			.isSameAs(failure);
	}

	@Test
	void failureOfTheStoreFailsTheStage() {
		IllegalStateException failure = new IllegalStateException("no store");
		this.store.answer = CompletableFuture.failedFuture(failure);
		this.store.resetAnswer = CompletableFuture.failedFuture(failure);
		for (CompletionStage<?> stage : List.of(this.limiter.tryAcquireAsync("alice"), this.limiter.peekAsync("alice"),
				this.limiter.resetAsync("alice"))) {
			assertThat(stage).failsWithin(0, TimeUnit.SECONDS).withThrowableThat().havingCause().isSameAs(failure);
		}
	}

	@Test
	void limiterOfAStoreAndALimitNeedsNoMore() {
		RateLimiter limiter = RateLimiter.of("mail", InMemoryRateLimitStore.create(), Limit.of("2/d"));
		assertThat(limiter.getName()).isEqualTo("mail");
		assertThat(limiter.tryAcquire("alice").remaining()).isEqualTo(1);
		assertThat(limiter.tryAcquire("alice").remaining()).isZero();
		assertThat(limiter.tryAcquire("alice").refusedBy()).containsExactly("default");
		assertThat(limiter.tryAcquire("alice", 3).retryAfter()).isNull();
		limiter.reset("alice");
		assertThat(limiter.peek("alice").remaining()).isEqualTo(2);
	}

	@Test
	void listenerOfALimiterWithoutInjectedTimeIsToldRealTimes() {
		RateLimiter limiter = RateLimiter.of(settings(FailureMode.LOCAL, Enforcement.ENFORCE), this.store,
				new RecordingListener());
		limiter.tryAcquire("alice");
		assertThat(this.events).singleElement().satisfies((event) -> assertThat(event.elapsed()).isPositive());
	}

	private RateLimiter limiter(FailureMode failureMode, Enforcement enforcement) {
		return new StoreRateLimiter("api", StoreRateLimiter.always(settings(failureMode, enforcement)), this.store,
				new RecordingListener(), DecisionTracer.NONE, this.nanoTimes::next);
	}

	private static RateLimiterSettings settings(FailureMode failureMode, Enforcement enforcement) {
		return new RateLimiterSettings("api", "premium", "api@GET /", List.of(LIMIT), failureMode, enforcement);
	}

	private static RateLimitRequest request(String key, long cost) {
		return new RateLimitRequest(List.of(new Charge(new Counter("api@GET /", key, LIMIT), cost)),
				FailureMode.CLOSED);
	}

	private static RateLimitDecision decision(long remaining) {
		return RateLimitDecision.of(
				List.of(new LimitStatus(LIMIT, false, remaining, Duration.ZERO, Duration.ofMinutes(1))),
				DecisionSource.CUSTOM);
	}

	private static RateLimitDecision refusal() {
		return RateLimitDecision.of(
				List.of(new LimitStatus(LIMIT, true, 0, Duration.ofSeconds(30), Duration.ofMinutes(1))),
				DecisionSource.CUSTOM);
	}

	private final class RecordingListener implements RateLimitListener {

		@Override
		public void onDecision(RateLimitEvent event) {
			StoreRateLimiterTests.this.events.add(event);
		}

	}

	private static final class RecordingStore implements RateLimitStore {

		private final List<RateLimitRequest> acquired = new ArrayList<>();

		private final List<Counter> reset = new ArrayList<>();

		private RateLimitDecision decision = StoreRateLimiterTests.decision(0);

		private CompletableFuture<RateLimitDecision> answer;

		private CompletableFuture<Void> resetAnswer = CompletableFuture.completedFuture(null);

		@Override
		public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
			this.acquired.add(request);
			return (this.answer != null) ? this.answer : CompletableFuture.completedFuture(this.decision);
		}

		@Override
		public CompletionStage<Void> reset(List<Counter> counters) {
			this.reset.addAll(counters);
			return this.resetAnswer;
		}

	}

}
