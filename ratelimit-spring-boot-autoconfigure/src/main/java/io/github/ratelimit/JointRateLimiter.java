package io.github.ratelimit;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Charges several limiters at once, or none of them. Safe for use by many threads.
 * <p>
 * All that can refuse is one request to the store. Limiters of {@link Enforcement#SHADOW}
 * are asked after it, each by itself, if it is allowed: they must neither refuse the
 * others nor be charged for what those refuse, and are left out where the store cannot
 * decide them. What happens where the store cannot decide is the strictest that one of
 * the limiters asks for.
 */
public final class JointRateLimiter {

	private static final Executor DEFAULT_EXECUTOR = new CompletableFuture<>().defaultExecutor();

	/**
	 * When a decision begins that nobody is to be told of.
	 */
	private static final long UNTOLD = Long.MIN_VALUE;

	private final RateLimitStore store;

	private final JointStore asked;

	private final RateLimitListeners listener;

	private final DecisionTracer tracer;

	private final LongSupplier nanoTime;

	/**
	 * Create a limiter.
	 * @param store where counts are kept
	 * @param listener who is told of decisions: of each part of what is allowed, and of
	 * the parts that refuse
	 */
	public JointRateLimiter(RateLimitStore store, RateLimitListener listener) {
		this(store, listener, DecisionTracer.NONE);
	}

	/**
	 * Create a limiter whose decisions are followed while they are made.
	 * @param store where counts are kept
	 * @param listener who is told of decisions: of each part of what is allowed, and of
	 * the parts that refuse
	 * @param tracer follows decisions
	 */
	public JointRateLimiter(RateLimitStore store, RateLimitListener listener, DecisionTracer tracer) {
		this(store, listener, tracer, System::nanoTime);
	}

	JointRateLimiter(RateLimitStore store, RateLimitListener listener, DecisionTracer tracer, LongSupplier nanoTime) {
		this.store = Objects.requireNonNull(store, "store must not be null");
		this.listener = RateLimitListeners.of(listener);
		this.asked = new JointStore(store, this.listener);
		this.tracer = Objects.requireNonNull(tracer, "tracer must not be null");
		this.nanoTime = Objects.requireNonNull(nanoTime, "nanoTime must not be null");
	}

	/**
	 * Make all charges if every limiter allows its own.
	 * @param acquisitions the charges, at least one
	 * @return the decision
	 */
	public JointDecision tryAcquire(List<Acquisition> acquisitions) {
		long start = start(acquisitions);
		return decided(start, askAndWait(acquisitions));
	}

	/**
	 * Make one charge if the limiter allows it. Where the store decides it at once,
	 * nothing is made but the decision.
	 * @param settings what the limiter limits
	 * @param key whose count it is
	 * @param cost units to charge
	 * @return the decision
	 */
	RateLimitDecision tryAcquire(RateLimiterSettings settings, String key, long cost) {
		Limit limit = settings.onlyLimit();
		if (limit == null || cost <= 0 || this.tracer != DecisionTracer.NONE) {
			return tryAcquire(List.of(new Acquisition(settings, key, cost))).whole();
		}
		Counter.requireTexts(settings.counterName(), key);
		long start = start();
		RateLimitDecision now = this.store.acquireNow(settings.counterName(), key, limit, cost);
		RateLimitDecision decision = (now != null) ? now
				: await(this.store.acquire(request(settings, key, limit, cost)));
		if (start != UNTOLD && !this.listener.ignores(decision.outcome())) {
			this.listener.onDecision(new RateLimitEvent(settings.name(), settings.plan(), key, cost, decision,
					this.nanoTime.getAsLong() - start, false));
		}
		return decision;
	}

	private static RateLimitRequest request(RateLimiterSettings settings, String key, Limit limit, long cost) {
		return new RateLimitRequest(List.of(new Charge(new Counter(settings.counterName(), key, limit), cost)),
				settings.failureMode());
	}

	/**
	 * Make all charges if every limiter allows its own, without waiting.
	 * @param acquisitions the charges, at least one
	 * @return the decision to come, on the calling thread or one of
	 * {@link CompletableFuture}'s default executor
	 */
	public CompletionStage<JointDecision> tryAcquireAsync(List<Acquisition> acquisitions) {
		long start = start(acquisitions);
		return off(ask(acquisitions)).thenApply((decision) -> decided(start, decision));
	}

	/**
	 * Make charges each by itself, as {@link #tryAcquire(List)} does, but ask for all of
	 * them before waiting for the first. Where some cannot be decided, the others are
	 * told all the same.
	 * @param each what is charged together, at least one of each
	 * @return the decisions, in order
	 */
	public List<JointDecision> tryAcquireEach(List<List<Acquisition>> each) {
		long start = start();
		List<CompletableFuture<JointDecision>> asked = each.stream()
			.map((acquisitions) -> CompletableFuture.completedFuture(acquisitions).thenCompose(this::ask))
			.toList();
		CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new)).handle((done, error) -> done).join();
		asked.stream()
			.filter((decision) -> !decision.isCompletedExceptionally())
			.forEach((decision) -> decided(start, decision.join()));
		return asked.stream().map(JointRateLimiter::await).toList();
	}

	/**
	 * Make all charges or throw.
	 * @param acquisitions the charges, at least one
	 * @return the decision, an allowed one
	 * @throws RateLimitExceededException if a limiter refuses, by the name of the first
	 * that does
	 */
	public JointDecision checkOrThrow(List<Acquisition> acquisitions) {
		JointDecision decision = tryAcquire(acquisitions);
		if (!decision.whole().allowed()) {
			throw new RateLimitExceededException(decision.refusedBy(), decision.whole());
		}
		return decision;
	}

	/**
	 * Make all charges if every limiter allows its own, and tell nobody yet.
	 * @param acquisitions the charges, at least one
	 * @return the decision, to be told if it is the one that counts
	 */
	public JointDecision tryAcquireUntold(List<Acquisition> acquisitions) {
		return askAndWait(acquisitions);
	}

	/**
	 * Tell the listener of a decision that it was not told of.
	 * @param decision the decision
	 * @param elapsedNanos how long it took, in nanoseconds
	 */
	public void tell(JointDecision decision, long elapsedNanos) {
		boolean allowed = decision.whole().allowed();
		List<JointDecision.Part> parts = decision.parts();
		for (int i = 0; i < parts.size(); i++) {
			JointDecision.Part part = parts.get(i);
			if (part.acquisition().cost() > 0 && (allowed || part.refusedItself())
					&& !this.listener.ignores(part.decision().outcome())) {
				this.listener.onDecision(event(part, elapsedNanos));
			}
		}
	}

	/**
	 * Return a reservation of what was charged. However many there are of one decision,
	 * it is settled once.
	 * @param decision the decision that charged it
	 * @param timeToLive how long it can be settled from now on, longer than zero
	 * @return the reservation
	 */
	public Reservation reservation(JointDecision decision, Duration timeToLive) {
		Reservation.requireTimeToLive(timeToLive);
		return new Reservation(decision, this.store, this.listener, timeToLive, this.nanoTime);
	}

	private JointDecision askAndWait(List<Acquisition> acquisitions) {
		DecisionTracer.Trace trace = begin(acquisitions);
		return (trace != null) ? await(askTraced(acquisitions, trace)) : this.asked.askAndWait(acquisitions);
	}

	private DecisionTracer.@Nullable Trace begin(List<Acquisition> acquisitions) {
		return (isCharge(acquisitions)) ? this.tracer.begin(acquisitions) : null;
	}

	private CompletableFuture<JointDecision> ask(List<Acquisition> acquisitions) {
		DecisionTracer.Trace trace = begin(acquisitions);
		return (trace != null) ? askTraced(acquisitions, trace) : this.asked.ask(acquisitions);
	}

	private CompletableFuture<JointDecision> askTraced(List<Acquisition> acquisitions, DecisionTracer.Trace trace) {
		CompletableFuture<JointDecision> asked;
		try {
			asked = this.asked.ask(acquisitions);
		}
		catch (RuntimeException ex) {
			asked = CompletableFuture.failedFuture(ex);
		}
		finally {
			trace.asked();
		}
		return asked.whenComplete((decision, error) -> {
			if (error != null) {
				trace.failed(cause(error));
			}
			else {
				trace.decided(decision);
			}
		});
	}

	private long start(List<Acquisition> acquisitions) {
		return (isCharge(acquisitions)) ? start() : UNTOLD;
	}

	/**
	 * Return when a decision begins, if somebody is to be told how long it took.
	 */
	private long start() {
		return (this.listener.isEmpty()) ? UNTOLD : this.nanoTime.getAsLong();
	}

	static boolean isCharge(List<Acquisition> acquisitions) {
		for (Acquisition acquisition : acquisitions) {
			if (acquisition.cost() > 0) {
				return true;
			}
		}
		return false;
	}

	private JointDecision decided(long start, JointDecision decision) {
		if (start != UNTOLD) {
			tell(decision, this.nanoTime.getAsLong() - start);
		}
		return decision;
	}

	private static RateLimitEvent event(JointDecision.Part part, long elapsedNanos) {
		Acquisition acquisition = part.acquisition();
		return new RateLimitEvent(acquisition.settings().name(), acquisition.settings().plan(), acquisition.key(),
				acquisition.cost(), part.decision(), elapsedNanos, acquisition.beside());
	}

	/**
	 * Wait for the store, which answers in bounded time.
	 */
	static <T> T await(CompletionStage<T> stage) {
		try {
			return stage.toCompletableFuture().join();
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof RuntimeException cause) {
				throw cause;
			}
			throw ex;
		}
	}

	/**
	 * Return a stage for callers: what they do next must not hold up the thread on which
	 * the store answers everybody.
	 */
	static <T> CompletionStage<T> off(CompletionStage<T> stage) {
		return (stage.toCompletableFuture().isDone()) ? stage : stage.thenApplyAsync(Function.identity());
	}

	/**
	 * Tell of an error, on a thread that may be held up: this one may be that on which
	 * the store answers everybody.
	 */
	static void tell(RateLimitListener listener, String operation, Throwable error) {
		DEFAULT_EXECUTOR.execute(() -> listener.onStoreError(operation, cause(error)));
	}

	static Throwable cause(Throwable error) {
		return (error instanceof CompletionException && error.getCause() != null) ? error.getCause() : error;
	}

}
