package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;

import io.github.ratelimit.CircuitBreakerStatus.State;
import io.github.ratelimit.DamagedCounterException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StoreCircuitBreaker}.
 */
class StoreCircuitBreakerTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private final ManualTime time = new ManualTime();

	private final List<String> news = new ArrayList<>();

	private final StoreCircuitBreaker breaker = breaker(FailureModeSettings.of(LONG)
		.withFailureThreshold(3)
		.withSlowCallDuration(Duration.ofMillis(50))
		.withWindowSize(10));

	private int asked;

	@Test
	void opensAfterFailuresInARow() {
		fail(2);
		succeed(1);
		assertThat(this.breaker.failures()).isZero();
		fail(2);
		assertThat(this.breaker.state()).isEqualTo(State.CLOSED);
		fail(1);
		assertThat(this.breaker.state()).isEqualTo(State.OPEN);
		assertThat(this.breaker.failures()).isEqualTo(3);
		assertThat(this.news)
			.containsExactly("opened: 3 failures in a row, the last: java.lang.IllegalStateException: down");
	}

	@Test
	void answerThatIsNoneIsAFailure() {
		assertThat(this.breaker.<String>ask(() -> null)).isCompletedExceptionally();
		assertThat(this.breaker.failures()).isOne();
	}

	@Test
	void answerIsGivenThoughNobodyCanBeToldOfTheCircuit() {
		this.breaker.tell(new StoreCircuitBreaker.Listener() {

			@Override
			public void opened(String reason) {
				throw new IllegalStateException("told nobody");
			}

			@Override
			public void staysOpen(String reason) {
			}

			@Override
			public void closed() {
			}

		});
		for (int i = 0; i < 3; i++) {
			CompletableFuture<String> late = new CompletableFuture<>();
			CompletableFuture<String> answer = this.breaker.ask(() -> late);
			late.completeExceptionally(new IllegalStateException("down"));
			assertThat(answer).isCompletedExceptionally();
		}
		assertThat(this.breaker.state()).isEqualTo(State.OPEN);
	}

	@Test
	void tellsWhyTheStoreCouldNotDecideUntilItDoes() {
		assertThat(this.breaker.lastFailure()).isNull();
		fail(1);
		assertThat(this.breaker.lastFailure()).isEqualTo("java.lang.IllegalStateException: down");
		succeed(1);
		assertThat(this.breaker.lastFailure()).isNull();
		fail(3);
		assertThat(this.breaker.lastFailure()).isEqualTo("java.lang.IllegalStateException: down");
	}

	@Test
	void opensWhenMostOfAWindowWasSlow() {
		for (int i = 0; i < 5; i++) {
			slow();
			succeed(1);
		}
		assertThat(this.breaker.isClosed()).isTrue();
		slow();
		assertThat(this.breaker.isClosed()).isTrue();
		slow();
		assertThat(this.breaker.isClosed()).isFalse();
		assertThat(this.news).containsExactly("opened: 6 of the last 10 decisions took longer than 50 ms");
		assertThat(this.breaker.lastFailure()).isEqualTo("6 of the last 10 decisions took longer than 50 ms");
	}

	@Test
	void opensWhenMostOfAWindowFailed() {
		for (int i = 0; i < 3; i++) {
			fail(2);
			succeed(1);
		}
		assertThat(this.breaker.isClosed()).isTrue();
		succeed(1);
		assertThat(this.breaker.isClosed()).isFalse();
		assertThat(this.news).containsExactly(
				"opened: 6 of the last 10 decisions failed, the last: java.lang.IllegalStateException: down");
	}

	@Test
	void asksNobodyWhileOpen() {
		fail(3);
		assertThat(ask(CompletableFuture.completedFuture("answer"))).failsWithin(LONG)
			.withThrowableThat()
			.withCauseInstanceOf(CallNotPermittedException.class);
		assertThat(this.asked).isEqualTo(3);
		this.time.pass(Duration.ofDays(1));
		assertThat(ask(CompletableFuture.completedFuture("answer"))).isCompletedExceptionally();
		assertThat(this.asked).isEqualTo(3);
	}

	@Test
	void asksNobodyElseWhileItIsTried() {
		fail(3);
		CompletableFuture<String> answer = new CompletableFuture<>();
		CompletableFuture<String> tried = tryAgain(answer);
		assertThat(this.breaker.state()).isEqualTo(State.HALF_OPEN);
		assertThat(this.asked).isEqualTo(4);
		ask(CompletableFuture.completedFuture("answer"));
		tryAgain(CompletableFuture.completedFuture("answer"));
		assertThat(this.asked).isEqualTo(4);
		answer.complete("answer");
		assertThat(tried).isCompletedWithValue("answer");
		assertThat(this.breaker.state()).isEqualTo(State.CLOSED);
		assertThat(this.breaker.failures()).isZero();
		assertThat(this.news).last().isEqualTo("closed");
	}

	@Test
	void staysOpenWhereATryFails() {
		fail(3);
		tryAgain(CompletableFuture.failedFuture(new IllegalStateException("still down")));
		assertThat(this.breaker.state()).isEqualTo(State.OPEN);
		assertThat(this.breaker.failures()).isEqualTo(4);
		assertThat(this.news).last().isEqualTo("stays open: java.lang.IllegalStateException: still down");
		succeedTry();
		fail(2);
		assertThat(this.breaker.isClosed()).isTrue();
	}

	@Test
	void answerToAnEarlierQuestionDoesNotCloseIt() {
		CompletableFuture<String> earlier = new CompletableFuture<>();
		ask(earlier);
		fail(3);
		earlier.complete("answer");
		assertThat(this.breaker.state()).isEqualTo(State.OPEN);
		assertThat(this.breaker.failures()).isEqualTo(3);
	}

	@Test
	void answerToAnEarlierQuestionDoesNotDecideATry() {
		CompletableFuture<String> good = new CompletableFuture<>();
		CompletableFuture<String> bad = new CompletableFuture<>();
		ask(good);
		ask(bad);
		fail(3);
		CompletableFuture<String> tried = new CompletableFuture<>();
		tryAgain(tried);
		good.complete("answer");
		bad.completeExceptionally(new IllegalStateException("down"));
		assertThat(this.breaker.state()).isEqualTo(State.HALF_OPEN);
		tried.complete("answer");
		assertThat(this.breaker.state()).isEqualTo(State.CLOSED);
	}

	@Test
	void tryThatIsAnsweredLateStaysOpenAndSaysSo() {
		fail(3);
		CompletableFuture<String> tried = new CompletableFuture<>();
		tryAgain(tried);
		this.time.pass(Duration.ofMillis(70));
		tried.complete("answer");
		assertThat(this.news).last().isEqualTo("stays open: an answer after 70 ms, later than 50 ms");
	}

	@Test
	void tryThatNoStoreCouldAnswerIsAnAnswer() {
		fail(3);
		tryAgain(CompletableFuture.failedFuture(new IllegalArgumentException("no such algorithm")));
		assertThat(this.breaker.state()).isEqualTo(State.CLOSED);
	}

	@Test
	void tryThatEndsWithAnErrorStaysOpen() {
		fail(3);
		CompletableFuture<String> tried = this.breaker.tryAgain(() -> {
			throw new NoClassDefFoundError("missing");
		});
		assertThat(tried).isCompletedExceptionally();
		assertThat(this.breaker.state()).isEqualTo(State.OPEN);
		assertThat(this.news).last().isEqualTo("stays open: java.lang.NoClassDefFoundError: missing");
	}

	@Test
	void isNotTriedWhileClosed() {
		assertThat(tryAgain(CompletableFuture.completedFuture("answer"))).isCompletedExceptionally();
		assertThat(this.asked).isZero();
	}

	@Test
	void opensAtOnceWhereTheStoreIsKnownNotToAnswer() {
		fail(1);
		this.breaker.open();
		this.breaker.open();
		assertThat(this.news).containsExactly("opened: java.lang.IllegalStateException: down");
	}

	@Test
	void questionThatNoStoreCouldAnswerIsNoFailure() {
		for (int i = 0; i < 20; i++) {
			ask(CompletableFuture.failedFuture(new IllegalArgumentException("nonsense")));
		}
		assertThat(this.breaker.isClosed()).isTrue();
		assertThat(this.breaker.failures()).isZero();
	}

	@Test
	void failureOfOneCounterIsNoneOfTheStore() {
		fail(2);
		for (int i = 0; i < 20; i++) {
			ask(CompletableFuture.failedFuture(damaged()));
		}
		assertThat(this.breaker.isClosed()).isTrue();
		assertThat(this.breaker.failures()).isEqualTo(2);
		fail(1);
		assertThat(this.news)
			.containsExactly("opened: 3 failures in a row, the last: java.lang.IllegalStateException: down");
	}

	@Test
	void tryThatFindsADamagedCounterIsAnAnswer() {
		fail(3);
		tryAgain(CompletableFuture.failedFuture(damaged()));
		assertThat(this.breaker.state()).isEqualTo(State.CLOSED);
	}

	private static DamagedCounterException damaged() {
		return new DamagedCounterException("damaged", new IllegalStateException("WRONGTYPE"));
	}

	@Test
	void lateAnswerIsAFailureThatSaysSo() {
		StoreCircuitBreaker impatient = breaker(FailureModeSettings.of(Duration.ofMillis(1)).withFailureThreshold(1));
		CompletableFuture<String> never = new CompletableFuture<>();
		assertThat(impatient.ask(() -> never)).failsWithin(LONG)
			.withThrowableThat()
			.withCauseInstanceOf(TimeoutException.class);
		assertThat(this.news)
			.containsExactly("opened: 1 failure: java.util.concurrent.TimeoutException: no answer within 1 ms");
		assertThat(never).isNotDone();
	}

	@Test
	void storeThatThrowsIsAStoreThatFails() {
		CompletableFuture<String> answer = this.breaker.ask(() -> {
			throw new IllegalStateException("thrown");
		});
		assertThat(answer).isCompletedExceptionally();
		assertThat(this.breaker.failures()).isOne();
	}

	private StoreCircuitBreaker breaker(FailureModeSettings settings) {
		StoreCircuitBreaker breaker = new StoreCircuitBreaker(settings, this.time::nanoTime);
		breaker.tell(new StoreCircuitBreaker.Listener() {

			@Override
			public void opened(String reason) {
				StoreCircuitBreakerTests.this.news.add("opened: " + reason);
			}

			@Override
			public void staysOpen(String reason) {
				StoreCircuitBreakerTests.this.news.add("stays open: " + reason);
			}

			@Override
			public void closed() {
				StoreCircuitBreakerTests.this.news.add("closed");
			}

		});
		return breaker;
	}

	private void fail(int times) {
		for (int i = 0; i < times; i++) {
			ask(CompletableFuture.failedFuture(new CompletionException(new IllegalStateException("down"))));
		}
	}

	private void succeed(int times) {
		for (int i = 0; i < times; i++) {
			assertThat(ask(CompletableFuture.completedFuture("answer"))).isCompletedWithValue("answer");
		}
	}

	private void slow() {
		CompletableFuture<String> answer = new CompletableFuture<>();
		CompletableFuture<String> asked = ask(answer);
		this.time.pass(Duration.ofMillis(51));
		answer.complete("answer");
		assertThat(asked).isCompletedWithValue("answer");
	}

	private void succeedTry() {
		tryAgain(CompletableFuture.completedFuture("answer"));
	}

	private CompletableFuture<String> ask(CompletionStage<String> answer) {
		return this.breaker.ask(() -> {
			this.asked++;
			return answer;
		});
	}

	private CompletableFuture<String> tryAgain(CompletionStage<String> answer) {
		return this.breaker.tryAgain(() -> {
			this.asked++;
			return answer;
		});
	}

}
