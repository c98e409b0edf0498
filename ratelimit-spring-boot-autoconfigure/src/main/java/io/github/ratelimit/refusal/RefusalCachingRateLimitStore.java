package io.github.ratelimit.refusal;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.CounterChanges;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitMode;
import io.github.ratelimit.Outcome;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.StoreStatus;
import org.jspecify.annotations.Nullable;

/**
 * A {@link RateLimitStore} that refuses by itself what the shared store around which it
 * stands has refused, until the moment from which that one may allow it. Safe for use by
 * many threads.
 * <p>
 * A refusal holds for the same counters and limits, at the same cost or a higher one,
 * counted from when the store was asked, so never longer than is true; and never longer
 * than a second. The wait that is told for a higher cost is that for the lower one: the
 * least it can be. What is told to be left is what was left when the store was asked.
 * Only what {@linkplain DecisionSource#REDIS Redis} has refused is remembered, not what
 * the failure mode has.
 * <p>
 * Counters that get units back, here or in another instance, are asked for again at once.
 * Where the message of another instance is lost, within a second.
 */
public final class RefusalCachingRateLimitStore implements RateLimitStore {

	private final RateLimitStore store;

	private final Refusals refusals;

	private final LongSupplier nanoTime;

	/**
	 * Create a store that has not refused anything.
	 * @param store the store that decides
	 * @param maxSize refusals that are remembered at most, at least 1
	 * @param changes tells of counters that other instances have given units back to
	 */
	public RefusalCachingRateLimitStore(RateLimitStore store, int maxSize, CounterChanges changes) {
		this(store, maxSize, changes, System::nanoTime);
	}

	RefusalCachingRateLimitStore(RateLimitStore store, int maxSize, CounterChanges changes, LongSupplier nanoTime) {
		this.store = Objects.requireNonNull(store, "store must not be null");
		this.refusals = new Refusals(maxSize);
		this.nanoTime = Objects.requireNonNull(nanoTime, "nanoTime must not be null");
		changes.listen(this::changed);
	}

	private void changed(CounterChanges.Change change) {
		if (change.counters().isEmpty()) {
			this.refusals.forgetAll();
		}
		change.counters().forEach(this.refusals::forget);
	}

	@Override
	public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
		if (request.isPeek()) {
			return this.store.acquire(request);
		}
		List<Charge> charges = request.charges();
		long askedAt = this.nanoTime.getAsLong();
		Refusal refusal = this.refusals.find(charges, askedAt);
		if (refusal != null) {
			return CompletableFuture.completedFuture(refusal.decision(askedAt));
		}
		long version = this.refusals.version(charges);
		return this.store.acquire(request).thenApply((decision) -> {
			remember(charges, decision, askedAt, version);
			return decision;
		});
	}

	private void remember(List<Charge> charges, RateLimitDecision decision, long askedAt, long version) {
		if (decision.outcome() != Outcome.REFUSED || decision.source() != DecisionSource.REDIS
				|| decision.limits().size() != charges.size()) {
			return;
		}
		for (int i = 0; i < charges.size(); i++) {
			Refusal refusal = Refusal.of(charges, decision.limits(), i, askedAt, version);
			if (refusal != null) {
				this.refusals.add(refusal, askedAt);
			}
		}
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * Of a leased limit this instance may hold units that it was drawing when Redis
	 * refused; then they decide.
	 */
	@Override
	public @Nullable RateLimitDecision acquireNow(String name, String key, Limit limit, long cost) {
		boolean leased = limit.mode() == LimitMode.LEASED;
		RateLimitDecision held = (leased) ? this.store.acquireNow(name, key, limit, cost) : null;
		if (held != null) {
			return held;
		}
		long now = this.nanoTime.getAsLong();
		Refusal refusal = this.refusals.find(name, key, limit, cost, now);
		if (refusal != null) {
			return refusal.decision(now);
		}
		return (leased) ? null : this.store.acquireNow(name, key, limit, cost);
	}

	@Override
	public CompletionStage<Void> settle(RateLimitSettlement settlement) {
		return forgetting(settlement.givenBackTo(), () -> this.store.settle(settlement));
	}

	@Override
	public CompletionStage<Void> reset(List<Counter> counters) {
		return forgetting(counters.stream().map(Counter::id).toList(), () -> this.store.reset(counters));
	}

	/**
	 * Forget what is known of counters before they change, so that nothing old is told
	 * even if it is never said that they have; and after that, because what was asked in
	 * between may have been answered before.
	 */
	private CompletionStage<Void> forgetting(List<Counter.Id> counters, Change change) {
		counters.forEach(this.refusals::forget);
		return change.make().whenComplete((done, error) -> counters.forEach(this.refusals::forget));
	}

	@Override
	public StoreStatus status() {
		return this.store.status();
	}

	/**
	 * A change of counters in the store.
	 */
	private interface Change {

		CompletionStage<Void> make();

	}

}
