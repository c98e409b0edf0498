package io.github.ratelimit;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Charges several limiters at once, or none of them. Safe for use by many threads.
 * <p>
 * All that can refuse is one request to the store. Limiters of {@link Enforcement#SHADOW}
 * are asked after it, if it is allowed: they must neither refuse the others nor be
 * charged for what those refuse, and are left out where the store cannot decide them.
 * What happens where the store cannot decide is the strictest that one of the limiters
 * asks for.
 */
public final class JointRateLimiter {

	private final RateLimitStore store;

	private final RateLimitListener listener;

	private final LongSupplier nanoTime;

	/**
	 * Create a limiter.
	 * @param store where counts are kept
	 * @param listener who is told of decisions: of each part of what is allowed, and of
	 * the parts that refuse
	 */
	public JointRateLimiter(RateLimitStore store, RateLimitListener listener) {
		this(store, listener, System::nanoTime);
	}

	JointRateLimiter(RateLimitStore store, RateLimitListener listener, LongSupplier nanoTime) {
		this.store = Objects.requireNonNull(store, "store must not be null");
		this.listener = RateLimitListeners.of(listener);
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
	 * Return a reservation of what was charged.
	 * @param decision the decision that charged it
	 * @param timeToLive how long it can be settled
	 * @return the reservation
	 */
	public Reservation reservation(JointDecision decision, Duration timeToLive) {
		return new Reservation(decision, this.store, timeToLive, this.nanoTime);
	}

	private CompletableFuture<JointDecision> ask(List<Acquisition> acquisitions) {
		List<Acquisition> enforced = of(Enforcement.ENFORCE, acquisitions);
		List<Acquisition> watched = of(Enforcement.SHADOW, acquisitions);
		if (enforced.isEmpty() || watched.isEmpty()) {
			return askTogether(JointRequest.of(acquisitions)).thenApply((answer) -> new JointDecision(List.of(answer)));
		}
		JointRequest first = JointRequest.of(enforced);
		JointRequest second = JointRequest.of(watched);
		return askTogether(first).thenCompose((answer) -> (answer.decision().allowed()) ? watch(second, answer)
				: CompletableFuture.completedFuture(new JointDecision(List.of(answer))));
	}

	private static List<Acquisition> of(Enforcement enforcement, List<Acquisition> acquisitions) {
		return acquisitions.stream()
			.filter((acquisition) -> acquisition.settings().enforcement() == enforcement)
			.toList();
	}

	/**
	 * Ask for what is only watched: where that fails, the request goes on without it.
	 */
	private CompletableFuture<JointDecision> watch(JointRequest watched, JointDecision.Answer answer) {
		return CompletableFuture.completedFuture(watched)
			.thenCompose(this::askTogether)
			.thenApply((other) -> new JointDecision(List.of(answer, other)))
			.exceptionallyAsync((error) -> {
				this.listener.onStoreError("acquire", cause(error));
				return new JointDecision(List.of(answer));
			});
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
		for (Acquisition acquisition : acquisitions) {
			if (acquisition.cost() > 0) {
				return this.nanoTime.getAsLong();
			}
		}
		return 0;
	}

	private JointDecision decided(long start, JointDecision decision) {
		boolean allowed = decision.whole().allowed();
		List<JointDecision.Part> told = decision.parts()
			.stream()
			.filter((part) -> part.acquisition().cost() > 0 && (allowed || part.refusedItself()))
			.toList();
		if (!told.isEmpty()) {
			Duration elapsed = Duration.ofNanos(this.nanoTime.getAsLong() - start);
			told.forEach((part) -> this.listener.onDecision(event(part, elapsed)));
		}
		return decision;
	}

	private static RateLimitEvent event(JointDecision.Part part, Duration elapsed) {
		Acquisition acquisition = part.acquisition();
		return new RateLimitEvent(acquisition.settings().name(), acquisition.settings().plan(), acquisition.key(),
				acquisition.cost(), part.decision(), elapsed);
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

	private static Throwable cause(Throwable error) {
		return (error instanceof CompletionException && error.getCause() != null) ? error.getCause() : error;
	}

}
