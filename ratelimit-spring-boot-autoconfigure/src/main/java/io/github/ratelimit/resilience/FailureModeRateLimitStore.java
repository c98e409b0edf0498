package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;

import io.github.ratelimit.Charge;
import io.github.ratelimit.CircuitBreakerStatus;
import io.github.ratelimit.Counter;
import io.github.ratelimit.DamagedCounterException;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Outcome;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.StoreStatus;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import org.jspecify.annotations.Nullable;

/**
 * A {@link RateLimitStore} that answers within a deadline, whatever the shared store
 * around which it stands does: where that one fails or is late, the request's
 * {@link FailureMode} decides. Safe for use by many threads.
 * <p>
 * A late answer is dropped; its request may have been charged. After failures in a row,
 * or when most decisions are slow or fail, a circuit breaker opens: no request is sent to
 * the shared store, until one that this sends in the background is decided. Failures of
 * one counter ({@link DamagedCounterException}) are left to the failure mode, and do not
 * count for others.
 * <p>
 * {@link FailureMode#LOCAL} decides by this instance's share of the limit, its quota
 * divided by the instances last seen. So N instances admit together, in any window of an
 * outage, at most the limit and N units. What an instance has admitted for a key, and has
 * not come back since, is charged in the shared store with the next request for that key
 * that this instance sends to it: coming back gives a caller no fresh burst there.
 */
public final class FailureModeRateLimitStore implements RateLimitStore, AutoCloseable {

	// No tier is called so
	private static final String SCRATCH = "circuit-breaker:probe";

	// Comes back as soon as it is used
	private static final Limit SCRATCH_LIMIT = Limit.of("1000/s");

	private final RateLimitStore shared;

	private final Duration deadline;

	private final IntSupplier instances;

	private final RateLimitListener listener;

	private final ExecutorService executor;

	private final LocalShare local;

	private final StoreCircuitBreaker breaker;

	private final Outage outage;

	private final RecoveryProbe probe;

	private volatile String failedKey = "any";

	/**
	 * Create a store.
	 * @param shared the store that decides while it can
	 * @param local the store that decides for {@code local} while it cannot; its stages
	 * are complete when returned
	 * @param settings how long to wait for the shared store, and when to stop asking it
	 * @param instances how many instances of the application use the shared store; asked
	 * for each request that is decided locally, so it must not block
	 * @param listener who is told of errors
	 */
	public FailureModeRateLimitStore(RateLimitStore shared, RateLimitStore local, FailureModeSettings settings,
			IntSupplier instances, RateLimitListener listener) {
		this(shared, local, settings, instances, listener, Surroundings.system());
	}

	FailureModeRateLimitStore(RateLimitStore shared, RateLimitStore local, FailureModeSettings settings,
			IntSupplier instances, RateLimitListener listener, Surroundings surroundings) {
		this.shared = Objects.requireNonNull(shared, "shared must not be null");
		this.deadline = settings.deadline();
		this.instances = Objects.requireNonNull(instances, "instances must not be null");
		this.listener = Objects.requireNonNull(listener, "listener must not be null");
		this.executor = surroundings.executor();
		this.local = new LocalShare(Objects.requireNonNull(local, "local must not be null"), instances,
				surroundings.nanoTime());
		this.breaker = new StoreCircuitBreaker(settings, surroundings.nanoTime());
		this.probe = new RecoveryProbe(settings.waitDuration(), this::tryAgain, surroundings.scheduler(),
				surroundings.nanoTime(), () -> ThreadLocalRandom.current().nextDouble());
		this.outage = new Outage(surroundings.clock(), this.probe::execute);
		this.breaker.tell(new Transitions());
	}

	@Override
	public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
		return acquire(request, false);
	}

	private CompletionStage<RateLimitDecision> acquire(RateLimitRequest request, boolean waited) {
		if (!this.breaker.isClosed()) {
			return decideWithout(request);
		}
		// A request that may fail hands over nothing: who knows what it has charged
		@Nullable HandOver handOver = (this.breaker.failures() == 0) ? this.local.handOver(request) : null;
		if (handOver == null) {
			return this.breaker.ask(() -> this.shared.acquire(request), (error) -> decideOtherwise(request, error));
		}
		if (!handOver.isHeld()) {
			return decided(request,
					this.breaker.ask(() -> this.shared.acquire(handOver.request())).whenComplete(handOver::answered))
				.thenApply(FailureModeRateLimitStore::refusedForWhatIsOwed);
		}
		return (waited) ? this.local.refuse(request) : acquireOnceFree(request, handOver);
	}

	/**
	 * What was asked besides comes back while it is owed, so nobody may take the wait for
	 * that of the request by itself.
	 */
	private static RateLimitDecision refusedForWhatIsOwed(RateLimitDecision decision) {
		return (decision.outcome() == Outcome.REFUSED) ? decision.withSource(DecisionSource.FAILURE_MODE) : decision;
	}

	/**
	 * Wait for the request that hands over, whose answer decides how this one is asked.
	 */
	private CompletionStage<RateLimitDecision> acquireOnceFree(RateLimitRequest request, HandOver handOver) {
		return handOver.free()
			.thenCompose((free) -> acquire(request, true))
			.orTimeout(this.deadline.toNanos(), TimeUnit.NANOSECONDS)
			.exceptionallyCompose((error) -> (error instanceof TimeoutException) ? decideWithout(request)
					: CompletableFuture.failedFuture(error));
	}

	private CompletionStage<RateLimitDecision> decided(RateLimitRequest request,
			CompletableFuture<RateLimitDecision> answer) {
		return answer.exceptionallyCompose((error) -> decideOtherwise(request, error));
	}

	private CompletionStage<RateLimitDecision> decideOtherwise(RateLimitRequest request, Throwable error) {
		Throwable cause = this.breaker.cause(error);
		if (cause instanceof IllegalArgumentException) {
			// Wrong with the request, not with the store
			return CompletableFuture.failedFuture(cause);
		}
		if (!(cause instanceof CallNotPermittedException)) {
			this.failedKey = request.charges().get(0).counter().key();
			failed("acquire", cause);
		}
		return decideWithout(request);
	}

	private CompletionStage<RateLimitDecision> decideWithout(RateLimitRequest request) {
		this.outage.left();
		return switch (request.failureMode()) {
			case LOCAL -> this.local.acquire(request);
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
		return this.breaker.ask(() -> this.shared.settle(settlement)).whenComplete((done, error) -> {
			if (error != null && !(error instanceof CallNotPermittedException)) {
				this.outage.failed(this.breaker.cause(error));
			}
		});
	}

	@Override
	public CompletionStage<Void> reset(List<Counter> counters) {
		return this.local.reset(counters)
			.thenCompose((done) -> this.breaker.ask(() -> this.shared.reset(counters)))
			.whenComplete((done, error) -> {
				if (error != null) {
					failed("reset", this.breaker.cause(error));
				}
			});
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * Asks the shared store for its own, and waits for that.
	 */
	@Override
	public StoreStatus status() {
		return this.shared.status()
			.withCircuitBreaker(circuitBreaker(), this.outage.since())
			.withInstances(instances());
	}

	/**
	 * Return where the circuit breaker stands.
	 * @return its status, at once
	 */
	public CircuitBreakerStatus circuitBreaker() {
		CircuitBreakerStatus.State state = this.breaker.state();
		return new CircuitBreakerStatus(state, this.breaker.failures(), switch (state) {
			case CLOSED -> null;
			case OPEN -> this.probe.untilNext();
			case HALF_OPEN -> Duration.ZERO;
		}, this.breaker.lastFailure());
	}

	/**
	 * Return whether the shared store is asked, and no failure mode decides for it.
	 * @return {@code true} while the circuit breaker is closed, at once
	 */
	public boolean asksShared() {
		return this.breaker.isClosed();
	}

	/**
	 * Return how many instances share each limit while the shared store cannot decide.
	 * @return the instances last seen, this one included, at once
	 */
	public int instances() {
		return Math.max(1, this.instances.getAsInt());
	}

	/**
	 * Ask the shared store something, and wait, so that its state is known and logged
	 * before the first request, and none has to wait for a store that is not there.
	 */
	public void check() {
		this.breaker.ask(this::probeShared).exceptionally((error) -> {
			this.breaker.open();
			failed("acquire", this.breaker.cause(error));
			return null;
		}).join();
	}

	/**
	 * Ask the shared store in the background whether it decides again, now and not when
	 * the wait is over, because there is reason to think so. Does nothing while the
	 * circuit breaker is closed.
	 */
	public void retry() {
		this.probe.now();
	}

	private CompletionStage<RateLimitDecision> tryAgain() {
		return this.breaker.tryAgain(this::probeShared);
	}

	/**
	 * Make a real charge, because a store may answer questions and refuse to write.
	 */
	private CompletionStage<RateLimitDecision> probeShared() {
		return this.shared.acquire(new RateLimitRequest(List.of(new Charge(scratch(), 1)), FailureMode.CLOSED));
	}

	/**
	 * Return a counter that, in a cluster, is where the request that failed last was to
	 * be counted.
	 */
	private Counter scratch() {
		return new Counter(SCRATCH, this.failedKey, SCRATCH_LIMIT);
	}

	/**
	 * Tell of an error, on a thread that may be held up: this one is the timer's, on
	 * which all deadlines depend, or the client's.
	 */
	private void failed(String operation, Throwable cause) {
		this.outage.failed(cause);
		this.executor.execute(() -> this.listener.onStoreError(operation, cause));
	}

	/**
	 * Try no more whether the shared store decides again. The stores stay open.
	 */
	@Override
	public void close() {
		this.probe.close();
		this.executor.shutdown();
	}

	/**
	 * What becomes of the circuit, as others have to know it.
	 */
	private final class Transitions implements StoreCircuitBreaker.Listener {

		@Override
		public void opened(String reason) {
			FailureModeRateLimitStore.this.probe.later();
			FailureModeRateLimitStore.this.outage.opened(reason);
		}

		@Override
		public void staysOpen(String reason) {
			FailureModeRateLimitStore.this.probe.later();
			FailureModeRateLimitStore.this.outage.staysOpen(reason);
		}

		@Override
		public void closed() {
			FailureModeRateLimitStore.this.probe.stop();
			FailureModeRateLimitStore.this.outage.closed();
		}

	}

}
