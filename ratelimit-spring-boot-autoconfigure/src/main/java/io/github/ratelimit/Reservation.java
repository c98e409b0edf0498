package io.github.ratelimit;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * Units that were charged before it is known how many a request really takes. Safe for
 * use by many threads.
 * <p>
 * It is settled once, with the real cost: what was charged too much is given back, and
 * what was charged too little is charged, even if no units are left. Whoever neither
 * settles nor cancels it in its time to live leaves the charge as it is; that costs
 * nothing and keeps nothing open.
 * <p>
 * A settlement is bound to what was charged. Units that have come back by themselves
 * meanwhile are not given back again, and a window that is over is not changed any more.
 * So nothing is ever admitted that would not have been, had the real cost been charged at
 * once.
 */
public final class Reservation {

	/**
	 * How long a reservation can be settled, unless said otherwise.
	 */
	public static final Duration DEFAULT_TIME_TO_LIVE = Duration.ofMinutes(5);

	private final JointDecision decision;

	private final RateLimitStore store;

	private final RateLimitListener listener;

	private final LongSupplier nanoTime;

	private final long madeAt;

	private final long timeToLive;

	Reservation(JointDecision decision, RateLimitStore store, RateLimitListener listener, Duration timeToLive,
			LongSupplier nanoTime) {
		this.decision = decision;
		this.store = store;
		this.listener = listener;
		this.nanoTime = nanoTime;
		this.madeAt = nanoTime.getAsLong();
		this.timeToLive = nanos(timeToLive);
	}

	private static long nanos(Duration timeToLive) {
		return (timeToLive.compareTo(Duration.ofNanos(Long.MAX_VALUE)) < 0) ? timeToLive.toNanos() : Long.MAX_VALUE;
	}

	/**
	 * Check a time to live, before something is charged.
	 */
	static void requireTimeToLive(Duration timeToLive) {
		if (timeToLive.isNegative() || timeToLive.isZero()) {
			throw new IllegalArgumentException("A time to live must be longer than zero, not " + timeToLive);
		}
	}

	/**
	 * Return the decision that made this reservation. Where it is refused, nothing is
	 * reserved.
	 * @return the decision
	 */
	public RateLimitDecision decision() {
		return this.decision.whole();
	}

	/**
	 * Return whether the request may go on.
	 * @return {@code true} if it may
	 */
	public boolean allowed() {
		return decision().allowed();
	}

	/**
	 * Say what the request has really cost.
	 * @param cost units, not negative; 0 gives all back
	 * @return {@code true} if this call settled it; {@code false} if it had been settled
	 * or cancelled before, had expired, nothing was charged, or the store did not say
	 * that it has: then the charge may be settled or stay as it is
	 * @throws IllegalArgumentException if the cost is negative
	 */
	public boolean settle(long cost) {
		requireNotNegative(cost);
		return JointRateLimiter.await(settled(all(cost)));
	}

	/**
	 * Say what each of the acquisitions that were asked for together has really cost.
	 * @param costs units for each {@linkplain JointDecision#parts() part} of the decision
	 * in their order, not negative; 0 gives all of a part back
	 * @return as {@link #settle(long)}
	 * @throws IllegalArgumentException if a cost is negative, or there is not one for
	 * each part
	 */
	public boolean settle(List<Long> costs) {
		requireOneForEach(costs);
		return JointRateLimiter.await(settled(costs));
	}

	/**
	 * Say what the request has really cost, without waiting.
	 * @param cost units, not negative; 0 gives all back
	 * @return whether this call settled it, to come; not exceptionally. On the calling
	 * thread or one of {@link CompletableFuture}'s default executor
	 * @throws IllegalArgumentException if the cost is negative
	 */
	public CompletionStage<Boolean> settleAsync(long cost) {
		requireNotNegative(cost);
		return JointRateLimiter.off(settled(all(cost)));
	}

	private List<Long> all(long cost) {
		return Collections.nCopies(this.decision.parts().size(), cost);
	}

	/**
	 * Say what each of the acquisitions that were asked for together has really cost,
	 * without waiting.
	 * @param costs units for each {@linkplain JointDecision#parts() part} of the decision
	 * in their order, not negative; 0 gives all of a part back
	 * @return whether this call settled it, to come; not exceptionally
	 * @throws IllegalArgumentException if a cost is negative, or there is not one for
	 * each part
	 */
	public CompletionStage<Boolean> settleAsync(List<Long> costs) {
		requireOneForEach(costs);
		return JointRateLimiter.off(settled(costs));
	}

	private void requireOneForEach(List<Long> costs) {
		if (costs.size() != this.decision.parts().size()) {
			throw new IllegalArgumentException("A reservation of " + this.decision.parts().size()
					+ " parts is not settled by " + costs.size() + " costs");
		}
		for (long cost : costs) {
			requireNotNegative(cost);
		}
	}

	private CompletionStage<Boolean> settled(List<Long> costs) {
		if (!this.decision.takeSettlement() || this.nanoTime.getAsLong() - this.madeAt >= this.timeToLive
				|| !this.decision.isCharged()) {
			return CompletableFuture.completedFuture(false);
		}
		return settleInStore(costs).thenApply((done) -> true).exceptionally((error) -> {
			JointRateLimiter.tell(this.listener, "settle", error);
			return false;
		});
	}

	private static void requireNotNegative(long cost) {
		if (cost < 0) {
			throw new IllegalArgumentException("A cost must not be negative, but is " + cost);
		}
	}

	private CompletionStage<Void> settleInStore(List<Long> costs) {
		try {
			return this.decision.settle(this.store, costs);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/**
	 * Give back all that was charged, as {@code settle(0)} does.
	 * @return as {@link #settle(long)}
	 */
	public boolean cancel() {
		return settle(0);
	}

	/**
	 * Give back all that was charged, without waiting.
	 * @return as {@link #settleAsync(long)}
	 */
	public CompletionStage<Boolean> cancelAsync() {
		return settleAsync(0);
	}

}
