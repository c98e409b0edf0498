package io.github.ratelimit.lease;

import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.CounterChanges;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitMode;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.StoreStatus;
import org.jspecify.annotations.Nullable;

/**
 * A {@link RateLimitStore} around a shared one that draws units of
 * {@linkplain LimitMode#LEASED leased} limits in advance, and admits from them without
 * asking. Safe for use by many threads.
 * <p>
 * Counters that are asked for together, all leased and at the same cost, are leased
 * together once they are in demand: 8 units in a lease time. How many units are drawn
 * follows from how many were used lately, and is never more than this instance's part of
 * half of what remains. What was drawn and not used is given back when the lease time is
 * over or this is closed; what a process that is killed held stays charged. All instances
 * together never admit more than the limits allow ({@link LeaseTerms}), and may refuse
 * while another one holds units.
 * <p>
 * Nobody waits for a draw: while one is under way, others are decided strictly. So are
 * requests of which some limits are not leased, and all while the shared store is not
 * available.
 */
public final class LeasingRateLimitStore implements RateLimitStore, AutoCloseable {

	/**
	 * Longest lease time, unless said otherwise.
	 */
	public static final Duration DEFAULT_DURATION = Duration.ofSeconds(1);

	private final RateLimitStore shared;

	private final BooleanSupplier available;

	private final IntSupplier instances;

	private final LongSupplier nanoTime;

	private final LeaseTimer timer;

	private final LeasedLimits limits;

	private final Holdings holdings;

	private volatile boolean closed;

	/**
	 * Create a store.
	 * @param shared the store that is drawn from
	 * @param available whether it decides now, or a failure mode does for it; asked for
	 * each decision
	 * @param instances how many instances draw from it, as last seen
	 * @param longest longest lease time, at least {@link LeaseTerms#SHORTEST}
	 * @param changes who tells of counters that others have reset
	 */
	public LeasingRateLimitStore(RateLimitStore shared, BooleanSupplier available, IntSupplier instances,
			Duration longest, CounterChanges changes) {
		this(shared, available, instances, longest, changes, System::nanoTime, new LeaseThread());
	}

	LeasingRateLimitStore(RateLimitStore shared, BooleanSupplier available, IntSupplier instances, Duration longest,
			CounterChanges changes, LongSupplier nanoTime, LeaseTimer timer) {
		this.shared = Objects.requireNonNull(shared, "shared must not be null");
		this.available = Objects.requireNonNull(available, "available must not be null");
		this.instances = Objects.requireNonNull(instances, "instances must not be null");
		if (longest.compareTo(LeaseTerms.SHORTEST) < 0) {
			throw new IllegalArgumentException(
					"The longest lease time must be at least " + LeaseTerms.SHORTEST + ", not " + longest);
		}
		this.limits = new LeasedLimits(longest);
		this.nanoTime = nanoTime;
		this.timer = timer;
		this.holdings = new Holdings(nanoTime, timer);
		changes.listen((change) -> {
			if (change.kind() == CounterChanges.Kind.RESET) {
				Set<Counter.Id> ids = Set.copyOf(change.counters());
				this.holdings.drop((ids.isEmpty()) ? (counter) -> true : ids::contains);
			}
		});
	}

	@Override
	public @Nullable RateLimitDecision acquireNow(String name, String key, Limit limit, long cost) {
		LeaseTerms terms = this.limits.terms(limit);
		if (terms == null) {
			return this.shared.acquireNow(name, key, limit, cost);
		}
		Lease lease = (this.available.getAsBoolean()) ? this.holdings.lease(List.of(new Counter(name, key, limit)))
				: null;
		if (lease == null) {
			return null;
		}
		long left = lease.take(cost, this.nanoTime.getAsLong());
		return (left != Lease.NONE) ? lease.told(limit, left) : null;
	}

	@Override
	public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
		LeasedRequest leased = this.limits.find(request);
		if (leased == null) {
			return this.shared.acquire(request);
		}
		if (request.isPeek()) {
			return peek(leased);
		}
		if (this.closed || !leased.isLeasable() || !this.available.getAsBoolean()) {
			return strictly(leased);
		}
		Holding holding = this.holdings.of(leased.counters());
		return (holding != null) ? acquire(leased, holding) : firstStrictly(leased);
	}

	private CompletionStage<RateLimitDecision> acquire(LeasedRequest leased, Holding holding) {
		long now = this.nanoTime.getAsLong();
		Lease lease = holding.lease();
		long left = (lease != null) ? lease.take(leased.cost(), now) : Lease.NONE;
		if (lease != null && left != Lease.NONE) {
			return CompletableFuture.completedFuture(leased.told(lease.decision(), left, DecisionSource.LEASE));
		}
		if (!holding.beginDrawing()) {
			return strictly(leased, holding);
		}
		return drawn(leased, holding, now).whenComplete((done, error) -> holding.endDrawing());
	}

	private CompletionStage<RateLimitDecision> drawn(LeasedRequest leased, Holding holding, long now) {
		try {
			Lease before = holding.lease();
			if (before != null) {
				end(holding, before);
			}
			long more = holding.size(leased.cost(), this.instances.getAsInt()) - leased.cost();
			return (more > 0) ? draw(leased, holding, more, now) : strictly(leased, holding);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/**
	 * Ask where a key stands: what is held of it was charged already, and is left all the
	 * same.
	 */
	private CompletionStage<RateLimitDecision> peek(LeasedRequest leased) {
		return this.shared.acquire(leased.stored()).thenApply((decision) -> {
			Lease lease = this.holdings.lease(leased.counters());
			long held = (lease != null) ? lease.left(this.nanoTime.getAsLong()) : 0;
			return leased.told(decision, held, decision.source());
		});
	}

	private CompletionStage<RateLimitDecision> strictly(LeasedRequest leased, Holding holding) {
		this.holdings.demanded(leased.counters(), leased.cost(), holding);
		return this.shared.acquire(leased.stored()).thenApply((decision) -> leased.told(holding.note(decision)));
	}

	/**
	 * Ask for the cost and some units besides, to hold these.
	 */
	private CompletionStage<RateLimitDecision> draw(LeasedRequest leased, Holding holding, long more, long askedAt) {
		RateLimitRequest drawn = leased.stored(more);
		return this.shared.acquire(drawn).thenCompose((decision) -> {
			holding.note(decision);
			if (!decision.allowed()) {
				return (decision.limits().isEmpty()) ? told(leased, decision) : strictly(leased);
			}
			if (decision.chargedAt() == null) {
				return told(leased, decision);
			}
			Lease lease = new Lease(drawn, decision, more, askedAt, askedAt + leased.leaseTime(decision).toNanos());
			if (decision.source() != DecisionSource.FAILURE_MODE && !lease.isOver(this.nanoTime.getAsLong())) {
				hold(holding, lease);
			}
			else {
				giveBack(lease, lease.end());
			}
			return CompletableFuture.completedFuture(leased.told(decision, more, decision.source()));
		});
	}

	private static CompletionStage<RateLimitDecision> told(LeasedRequest leased, RateLimitDecision decision) {
		return CompletableFuture.completedFuture(leased.told(decision));
	}

	private void hold(Holding holding, Lease lease) {
		if (!holding.hold(lease)) {
			// Reset meanwhile: what was drawn is forgotten, and must not be used
			lease.end();
			return;
		}
		if (this.closed) {
			end(holding, lease);
			return;
		}
		this.timer.after(lease.endsAt() - this.nanoTime.getAsLong(), () -> end(holding, lease));
	}

	/**
	 * Decide a request for what nothing is held of, and hold some from the next on if
	 * there is demand.
	 */
	private CompletionStage<RateLimitDecision> firstStrictly(LeasedRequest leased) {
		List<Counter> counters = leased.counters();
		Holding holding = this.holdings.demanded(counters, leased.cost(), leased.leaseTime());
		if (holding == null) {
			return strictly(leased);
		}
		return strictly(leased).thenApply((decision) -> {
			if (decision.source() != DecisionSource.FAILURE_MODE) {
				holding.note(decision);
				this.holdings.add(counters, holding);
			}
			return decision;
		});
	}

	private CompletionStage<RateLimitDecision> strictly(LeasedRequest leased) {
		return this.shared.acquire(leased.stored()).thenApply(leased::told);
	}

	private void end(Holding holding, Lease lease) {
		long left = lease.end();
		holding.release(lease, lease.units() - left, this.nanoTime.getAsLong());
		giveBack(lease, left);
	}

	/**
	 * Give back what was not used. Where that fails it stays charged.
	 */
	private void giveBack(Lease lease, long units) {
		if (units > 0) {
			List<Charge> charges = lease.drawn().charges();
			this.shared.settle(new RateLimitSettlement(lease.drawn(), lease.decision(),
					Collections.nCopies(charges.size(), lease.units() - units)));
		}
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * What was taken from a lease goes back to it as long as that lasts, and else to the
	 * shared store.
	 */
	@Override
	public CompletionStage<Void> settle(RateLimitSettlement settlement) {
		LeasedRequest leased = this.limits.find(settlement.request());
		if (leased == null) {
			return this.shared.settle(settlement);
		}
		return (putBack(leased, settlement)) ? CompletableFuture.completedFuture(null)
				: this.shared.settle(leased.stored(settlement));
	}

	private boolean putBack(LeasedRequest leased, RateLimitSettlement settlement) {
		long cost = settlement.costs().get(0);
		if (!leased.isLeasable() || cost > leased.cost()
				|| settlement.costs().stream().anyMatch((other) -> other != cost)) {
			return false;
		}
		Lease lease = this.holdings.lease(leased.counters());
		return lease != null && lease.chargedAt().equals(settlement.chargedAt()) && lease.putBack(leased.cost() - cost);
	}

	@Override
	public CompletionStage<Void> reset(List<Counter> counters) {
		Set<Counter.Id> ids = new HashSet<>();
		counters.forEach((counter) -> ids.add(counter.id()));
		this.holdings.drop(ids::contains);
		return this.shared.reset(counters).whenComplete((done, error) -> this.holdings.drop(ids::contains));
	}

	@Override
	public StoreStatus status() {
		return this.shared.status().withLeaseTime(this.limits.longest());
	}

	/**
	 * Return what is held.
	 */
	Holdings holdings() {
		return this.holdings;
	}

	/**
	 * Give back what is held, and draw no more. The shared store stays open, and goes on
	 * being asked.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.holdings.close(this::end);
	}

}
