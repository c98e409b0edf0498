package io.github.ratelimit.resilience;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A question to the shared store, which ends once: answered by the store, or late. The
 * circuit breaker hears of it before whoever asks.
 */
final class StoreQuestion<T> extends Question<T> {

	private static final Log logger = LogFactory.getLog(StoreQuestion.class);

	private final StoreCircuitBreaker breaker;

	private final boolean isTry;

	private final Function<Throwable, CompletionStage<T>> otherwise;

	private long start;

	/**
	 * Create a question.
	 * @param isTry whether it is asked to know whether the store answers again
	 * @param otherwise gives the answer where there is none, and is told why
	 */
	StoreQuestion(StoreCircuitBreaker breaker, boolean isTry, Function<Throwable, CompletionStage<T>> otherwise) {
		this.breaker = breaker;
		this.isTry = isTry;
		this.otherwise = otherwise;
	}

	void ask(Supplier<CompletionStage<T>> question) {
		this.start = this.breaker.nanoTime();
		try {
			this.breaker.deadlines().begin(this);
			question.get().whenComplete(this::answered);
		}
		catch (Throwable ex) {
			// An error that is not counted would leave the circuit half-open
			answered(null, ex);
		}
	}

	private void answered(@Nullable T answer, @Nullable Throwable error) {
		if (this.breaker.deadlines().end(this)) {
			end(answer, error);
		}
	}

	@Override
	void late() {
		end(null, new TimeoutException());
	}

	private void end(@Nullable T answer, @Nullable Throwable error) {
		try {
			this.breaker.record(this.breaker.nanoTime() - this.start, error, this.isTry);
		}
		catch (Throwable ex) {
			// Whoever asks waits for nothing but this
			logger.warn("An answer of the shared store was not noted", ex);
		}
		if (error != null) {
			fail(error);
		}
		else {
			complete(answer);
		}
	}

	/**
	 * Complete with what there is otherwise.
	 */
	void fail(Throwable error) {
		try {
			this.otherwise.apply(error).whenComplete((value, cause) -> {
				if (cause != null) {
					completeExceptionally(cause);
				}
				else {
					complete(value);
				}
			});
		}
		catch (Throwable ex) {
			completeExceptionally(ex);
		}
	}

}
