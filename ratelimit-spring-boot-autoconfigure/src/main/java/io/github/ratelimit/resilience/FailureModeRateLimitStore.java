package io.github.ratelimit.resilience;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.StoreStatus;

/**
 * A {@link RateLimitStore} that answers within a deadline, whatever the shared store
 * around which it stands does: where that one fails or is late, the request's
 * {@link FailureMode} decides.
 * <p>
 * A late answer is dropped; its request may have been charged. That the shared store
 * fails is logged when it begins and when it is over, and at most once a minute.
 */
public final class FailureModeRateLimitStore implements RateLimitStore {

	private final RateLimitStore shared;

	private final RateLimitStore local;

	private final Duration deadline;

	private final RateLimitListener listener;

	private final Executor executor;

	private final Outage outage;

	/**
	 * Create a store.
	 * @param shared the store that decides while it can
	 * @param local the store that decides for {@code local} while it cannot; its stages
	 * are complete when returned
	 * @param deadline how long to wait for the shared store
	 * @param listener who is told of errors
	 * @param clock the time
	 */
	public FailureModeRateLimitStore(RateLimitStore shared, RateLimitStore local, Duration deadline,
			RateLimitListener listener, Clock clock) {
		this(shared, local, deadline, listener, clock, new CompletableFuture<>().defaultExecutor());
	}

	FailureModeRateLimitStore(RateLimitStore shared, RateLimitStore local, Duration deadline,
			RateLimitListener listener, Clock clock, Executor executor) {
		this.shared = Objects.requireNonNull(shared, "shared must not be null");
		this.local = Objects.requireNonNull(local, "local must not be null");
		this.deadline = Objects.requireNonNull(deadline, "deadline must not be null");
		this.listener = Objects.requireNonNull(listener, "listener must not be null");
		this.executor = Objects.requireNonNull(executor, "executor must not be null");
		this.outage = new Outage(Objects.requireNonNull(clock, "clock must not be null"));
	}

	@Override
	public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
		return ask(() -> this.shared.acquire(request)).thenApply((decision) -> {
			this.outage.succeeded();
			return decision;
		}).exceptionallyCompose((error) -> {
			Throwable cause = cause(error);
			if (cause instanceof IllegalArgumentException) {
				// Wrong with the request, not with the store
				return CompletableFuture.failedFuture(cause);
			}
			failed("acquire", cause);
			return decideWithout(request);
		});
	}

	private CompletionStage<RateLimitDecision> decideWithout(RateLimitRequest request) {
		return switch (request.failureMode()) {
			case LOCAL ->
				this.local.acquire(request).thenApply((decision) -> decision.withSource(DecisionSource.FAILURE_MODE));
			case OPEN -> CompletableFuture.completedFuture(RateLimitDecision.unchecked(DecisionSource.FAILURE_MODE));
			case CLOSED -> CompletableFuture.completedFuture(RateLimitDecision.unavailable());
		};
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * By the store that charged. Whoever settles tells of errors, also of other stores.
	 */
	@Override
	public CompletionStage<Void> settle(RateLimitSettlement settlement) {
		if (settlement.decision().source() == DecisionSource.FAILURE_MODE) {
			return this.local.settle(settlement);
		}
		return ask(() -> this.shared.settle(settlement)).whenComplete((done, error) -> {
			if (error == null) {
				this.outage.succeeded();
			}
			else {
				this.executor.execute(() -> this.outage.failed(cause(error)));
			}
		});
	}

	@Override
	public CompletionStage<Void> reset(List<Counter> counters) {
		return this.local.reset(counters)
			.thenCompose((done) -> ask(() -> this.shared.reset(counters)))
			.whenComplete((done, error) -> {
				if (error == null) {
					this.outage.succeeded();
				}
				else {
					failed("reset", cause(error));
				}
			});
	}

	@Override
	public StoreStatus status() {
		if (this.outage.since() != null) {
			// Nobody may have asked since the shared store answers again
			check();
		}
		return this.shared.status().withDegradedSince(this.outage.since());
	}

	/**
	 * Ask the shared store something, and wait, so that its state is known and logged
	 * before the first request.
	 */
	public void check() {
		Counter scratch = new Counter("start", "start", Limit.of("1/s"));
		RateLimitRequest question = new RateLimitRequest(List.of(new Charge(scratch, 0)), FailureMode.OPEN);
		try {
			ask(() -> this.shared.acquire(question)).join();
			this.outage.succeeded();
		}
		catch (CompletionException ex) {
			tell("acquire", cause(ex));
		}
	}

	private <T> CompletableFuture<T> ask(Supplier<CompletionStage<T>> question) {
		try {
			return question.get().toCompletableFuture().copy().orTimeout(this.deadline.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/**
	 * Tell of an error, on a thread that may be held up: this one is the timer's, on
	 * which all deadlines depend, or the client's.
	 */
	private void failed(String operation, Throwable cause) {
		this.executor.execute(() -> tell(operation, cause));
	}

	private void tell(String operation, Throwable cause) {
		this.outage.failed(cause);
		this.listener.onStoreError(operation, cause);
	}

	private Throwable cause(Throwable error) {
		Throwable cause = (error instanceof CompletionException && error.getCause() != null) ? error.getCause() : error;
		return (cause instanceof TimeoutException && cause.getMessage() == null)
				? new TimeoutException("no answer within " + this.deadline.toMillis() + " ms") : cause;
	}

}
