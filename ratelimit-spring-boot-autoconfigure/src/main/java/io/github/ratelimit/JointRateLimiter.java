package io.github.ratelimit;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

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

	private final RateLimitStore store;

	private final RateLimitListener listener;

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
		return decided(start, await(ask(acquisitions)));
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
		return await(ask(acquisitions));
	}

	/**
	 * Tell the listener of a decision that it was not told of.
	 * @param decision the decision
	 * @param elapsed how long it took
	 */
	public void tell(JointDecision decision, Duration elapsed) {
		told(decision).forEach((part) -> this.listener.onDecision(event(part, elapsed)));
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

	private CompletableFuture<JointDecision> ask(List<Acquisition> acquisitions) {
		DecisionTracer.Trace trace = (isCharge(acquisitions)) ? this.tracer.begin(acquisitions) : null;
		return (trace != null) ? askTraced(acquisitions, trace) : askStore(acquisitions);
	}

	private CompletableFuture<JointDecision> askTraced(List<Acquisition> acquisitions, DecisionTracer.Trace trace) {
		CompletableFuture<JointDecision> asked;
		try {
			asked = askStore(acquisitions);
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

	private CompletableFuture<JointDecision> askStore(List<Acquisition> acquisitions) {
		List<Acquisition> enforced = of(Enforcement.ENFORCE, acquisitions);
		List<JointRequest> watched = of(Enforcement.SHADOW, acquisitions).stream()
			.map((acquisition) -> JointRequest.of(List.of(acquisition)))
			.toList();
		if (enforced.isEmpty() && !watched.isEmpty()) {
			// Whoever only asks where a key stands wants to know that nobody can tell
			boolean peek = watched.stream().allMatch((request) -> request.request().isPeek());
			return all(watched.stream().map((request) -> (peek) ? askTogether(request) : watch(request)).toList())
				.thenApply(JointDecision::new);
		}
		return askTogether(JointRequest.of(enforced)).thenCompose((answer) -> (answer.decision().allowed())
				? watch(watched, answer) : CompletableFuture.completedFuture(new JointDecision(List.of(answer))));
	}

	private static List<Acquisition> of(Enforcement enforcement, List<Acquisition> acquisitions) {
		return acquisitions.stream()
			.filter((acquisition) -> acquisition.settings().enforcement() == enforcement)
			.toList();
	}

	/**
	 * Ask for what is only watched, each by itself, since none may stand in the way of
	 * another.
	 */
	private CompletableFuture<JointDecision> watch(List<JointRequest> watched, JointDecision.Answer answer) {
		return all(watched.stream().map(this::watch).toList())
			.thenApply((answers) -> new JointDecision(Stream.concat(Stream.of(answer), answers.stream()).toList()));
	}

	/**
	 * Ask for what is only watched: where that fails, the request goes on unchecked.
	 */
	private CompletableFuture<JointDecision.Answer> watch(JointRequest watched) {
		return CompletableFuture.completedFuture(watched).thenCompose(this::askTogether).exceptionallyAsync((error) -> {
			this.listener.onStoreError("acquire", cause(error));
			return new JointDecision.Answer(watched, RateLimitDecision.unchecked(DecisionSource.NONE));
		});
	}

	private static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> futures) {
		return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
			.thenApply((done) -> futures.stream().map(CompletableFuture::join).toList());
	}

	private CompletableFuture<JointDecision.Answer> askTogether(JointRequest asked) {
		Enforcement enforcement = asked.acquisitions().get(0).settings().enforcement();
		return this.store.acquire(asked.request())
			.toCompletableFuture()
			.thenApply((decision) -> new JointDecision.Answer(asked, decision.under(enforcement)));
	}

	/**
	 * Return when it begins, if somebody is to be told how long it took.
	 */
	private long start(List<Acquisition> acquisitions) {
		return (isCharge(acquisitions)) ? this.nanoTime.getAsLong() : 0;
	}

	private static boolean isCharge(List<Acquisition> acquisitions) {
		for (Acquisition acquisition : acquisitions) {
			if (acquisition.cost() > 0) {
				return true;
			}
		}
		return false;
	}

	private JointDecision decided(long start, JointDecision decision) {
		if (!told(decision).isEmpty()) {
			tell(decision, Duration.ofNanos(this.nanoTime.getAsLong() - start));
		}
		return decision;
	}

	private static List<JointDecision.Part> told(JointDecision decision) {
		boolean allowed = decision.whole().allowed();
		return decision.parts()
			.stream()
			.filter((part) -> part.acquisition().cost() > 0 && (allowed || part.refusedItself()))
			.toList();
	}

	private static RateLimitEvent event(JointDecision.Part part, Duration elapsed) {
		Acquisition acquisition = part.acquisition();
		return new RateLimitEvent(acquisition.settings().name(), acquisition.settings().plan(), acquisition.key(),
				acquisition.cost(), part.decision(), elapsed, acquisition.beside());
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

	static Throwable cause(Throwable error) {
		return (error instanceof CompletionException && error.getCause() != null) ? error.getCause() : error;
	}

}
