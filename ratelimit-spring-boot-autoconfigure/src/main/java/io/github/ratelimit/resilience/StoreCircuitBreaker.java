package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import io.github.ratelimit.CircuitBreakerStatus;
import io.github.ratelimit.DamagedCounterException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.Metrics;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.TransitionCheckResult;
import org.jspecify.annotations.Nullable;

/**
 * Asks a store within a deadline, and stops asking it after failures in a row, or when
 * most of a window of questions was slow or failed. Safe for use by many threads.
 * <p>
 * Once open it stays so until {@link #tryAgain(Supplier)} finds that the store answers. A
 * question that no store could answer ({@link IllegalArgumentException}) is no failure,
 * and one that this store cannot answer for one counter ({@link DamagedCounterException})
 * no failure of the store.
 */
final class StoreCircuitBreaker {

	private static final String NAME = "ratelimit";

	// The least whole number that is most of a hundred
	private static final float MOST = 51;

	// Nothing but a try closes it
	private static final Duration FOREVER = Duration.ofDays(36_500);

	private final FailureModeSettings settings;

	private final LongSupplier nanoTime;

	private final CircuitBreaker breaker;

	private final AtomicInteger failures = new AtomicInteger();

	private final Deadlines deadlines;

	private volatile String lastFailure = "unknown";

	private @Nullable Listener listener;

	private volatile boolean toldOpen;

	StoreCircuitBreaker(FailureModeSettings settings, LongSupplier nanoTime) {
		this.settings = settings;
		this.deadlines = Deadlines.of(settings.deadline());
		this.nanoTime = nanoTime;
		this.breaker = CircuitBreaker.of(NAME,
				CircuitBreakerConfig.custom()
					.slidingWindowType(SlidingWindowType.COUNT_BASED)
					.slidingWindowSize(settings.windowSize())
					.minimumNumberOfCalls(settings.windowSize())
					.failureRateThreshold(MOST)
					.slowCallRateThreshold(MOST)
					.slowCallDurationThreshold(settings.slowCallDuration())
					.permittedNumberOfCallsInHalfOpenState(1)
					.waitDurationInOpenState(FOREVER)
					.ignoreException(StoreCircuitBreaker::isOfQuestion)
					.transitionOnResult(
							(result) -> (result.isRight()) ? afterFailure() : TransitionCheckResult.noTransition())
					.build());
	}

	/**
	 * Return whether a failure says nothing of the store, which works.
	 */
	private static boolean isOfQuestion(Throwable cause) {
		return cause instanceof IllegalArgumentException || cause instanceof DamagedCounterException;
	}

	private TransitionCheckResult afterFailure() {
		return (this.failures.incrementAndGet() >= this.settings.failureThreshold())
				? TransitionCheckResult.transitionToOpenAndWaitFor(FOREVER) : TransitionCheckResult.noTransition();
	}

	/**
	 * Tell somebody when this opens, and why, when a try has failed, and when it closes.
	 * Not by the events of the library: who hears one kind of them has one made of each
	 * answer.
	 */
	void tell(Listener listener) {
		this.listener = listener;
	}

	/**
	 * Tell what has become of the circuit by an answer.
	 */
	private void told(boolean isTry) {
		boolean open = !isClosed();
		if (this.listener == null || (open == this.toldOpen && !isTry)) {
			return;
		}
		synchronized (this) {
			open = !isClosed();
			boolean changed = open != this.toldOpen;
			this.toldOpen = open;
			if (isTry && open) {
				this.listener.staysOpen(this.lastFailure);
			}
			else if (changed && open) {
				this.listener.opened(reason());
			}
			else if (changed) {
				this.listener.closed();
			}
		}
	}

	private String reason() {
		int inARow = this.failures.get();
		if (inARow >= this.settings.failureThreshold()) {
			return inARow + ((inARow != 1) ? " failures in a row, the last: " : " failure: ") + this.lastFailure;
		}
		Metrics metrics = this.breaker.getMetrics();
		if (metrics.getSlowCallRate() >= MOST) {
			this.lastFailure = "%d of the last %d decisions took longer than %d ms".formatted(
					metrics.getNumberOfSlowCalls(), metrics.getNumberOfBufferedCalls(),
					this.settings.slowCallDuration().toMillis());
			return this.lastFailure;
		}
		if (metrics.getFailureRate() >= MOST) {
			return "%d of the last %d decisions failed, the last: %s".formatted(metrics.getNumberOfFailedCalls(),
					metrics.getNumberOfBufferedCalls(), this.lastFailure);
		}
		return this.lastFailure;
	}

	boolean isClosed() {
		return this.breaker.getState() == State.CLOSED;
	}

	CircuitBreakerStatus.State state() {
		return switch (this.breaker.getState()) {
			case OPEN -> CircuitBreakerStatus.State.OPEN;
			case HALF_OPEN -> CircuitBreakerStatus.State.HALF_OPEN;
			default -> CircuitBreakerStatus.State.CLOSED;
		};
	}

	/**
	 * Return the failures in a row.
	 */
	int failures() {
		return this.failures.get();
	}

	/**
	 * Return why the store could not decide when it was last asked.
	 * @return the reason, {@code null} if it could
	 */
	@Nullable String lastFailure() {
		return (isClosed() && failures() == 0) ? null : this.lastFailure;
	}

	/**
	 * Ask the store.
	 * @return the answer, or why there is none; not asked
	 * ({@link CallNotPermittedException}) unless closed
	 */
	<T> CompletableFuture<T> ask(Supplier<CompletionStage<T>> question) {
		return ask(question, CompletableFuture::failedFuture);
	}

	/**
	 * Ask the store in the same way.
	 * @param otherwise gives the answer where there is none, and is told why
	 * @return the answer
	 */
	<T> CompletableFuture<T> ask(Supplier<CompletionStage<T>> question,
			Function<Throwable, CompletionStage<T>> otherwise) {
		StoreQuestion<T> asked = new StoreQuestion<>(this, false, otherwise);
		if (isClosed() && this.breaker.tryAcquirePermission()) {
			asked.ask(question);
		}
		else {
			asked.fail(notPermitted());
		}
		return asked;
	}

	/**
	 * Ask the store whether it answers again; not asked
	 * ({@link CallNotPermittedException}) unless open.
	 */
	<T> CompletableFuture<T> tryAgain(Supplier<CompletionStage<T>> question) {
		if (this.breaker.getState() == State.OPEN) {
			this.breaker.transitionToHalfOpenState();
			if (this.breaker.tryAcquirePermission()) {
				StoreQuestion<T> asked = new StoreQuestion<>(this, true, CompletableFuture::failedFuture);
				asked.ask(question);
				return asked;
			}
		}
		return CompletableFuture.failedFuture(notPermitted());
	}

	private CallNotPermittedException notPermitted() {
		return CallNotPermittedException.createCallNotPermittedException(this.breaker);
	}

	/**
	 * Stop asking the store, because it is known not to answer.
	 */
	void open() {
		if (isClosed()) {
			this.breaker.transitionToOpenState();
			told(false);
		}
	}

	/**
	 * Record an answer. One to a question that was asked before the circuit opened says
	 * nothing any more.
	 */
	void record(long elapsed, @Nullable Throwable error, boolean isTry) {
		if (isTry || isClosed()) {
			note(elapsed, error, isTry);
			told(isTry);
		}
	}

	private void note(long elapsed, @Nullable Throwable error, boolean isTry) {
		Throwable cause = (error != null) ? cause(error) : null;
		if (cause == null || (isTry && isOfQuestion(cause))) {
			this.failures.set(0);
			if (isTry) {
				this.lastFailure = "an answer after %d ms, later than %d ms"
					.formatted(TimeUnit.NANOSECONDS.toMillis(elapsed), this.settings.slowCallDuration().toMillis());
			}
			this.breaker.onSuccess(elapsed, TimeUnit.NANOSECONDS);
			return;
		}
		if (!isOfQuestion(cause)) {
			this.lastFailure = cause.toString();
		}
		this.breaker.onError(elapsed, TimeUnit.NANOSECONDS, cause);
	}

	Deadlines deadlines() {
		return this.deadlines;
	}

	long nanoTime() {
		return this.nanoTime.getAsLong();
	}

	/**
	 * Return what an answer's failure is, without the wrapping of stages.
	 */
	Throwable cause(Throwable error) {
		Throwable cause = (error instanceof CompletionException && error.getCause() != null) ? error.getCause() : error;
		return (cause instanceof TimeoutException && cause.getMessage() == null)
				? new TimeoutException("no answer within " + this.settings.deadline().toMillis() + " ms") : cause;
	}

	/**
	 * Is told what becomes of the circuit, on the thread that found out.
	 */
	interface Listener {

		void opened(String reason);

		void staysOpen(String reason);

		void closed();

	}

}
