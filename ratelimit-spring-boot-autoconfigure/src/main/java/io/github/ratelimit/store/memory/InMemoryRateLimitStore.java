package io.github.ratelimit.store.memory;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.StoreStatus;
import io.github.ratelimit.algorithm.Charged;
import io.github.ratelimit.algorithm.LimitAlgorithm;
import io.github.ratelimit.algorithm.LimitState;
import io.github.ratelimit.algorithm.Reading;
import org.jspecify.annotations.Nullable;

/**
 * A {@link RateLimitStore} in the memory of this process. Its stages are complete when
 * they are returned.
 * <p>
 * Memory is bounded without a thread, by the number of counters and by what each may
 * take: long keys are kept as hashes. Counters whose units have all been back for a while
 * are dropped as new ones come. Where the store is full all the same, one gives way that
 * has used little of its limit: so a flood of new keys does not push out a caller who is
 * being limited.
 */
public final class InMemoryRateLimitStore implements RateLimitStore {

	/**
	 * Counters kept at most, unless said otherwise.
	 */
	public static final int DEFAULT_MAX_COUNTERS = 100_000;

	private final LimitAlgorithms algorithms = new LimitAlgorithms();

	private final KeptCounters kept;

	private final LongSupplier microTime;

	private InMemoryRateLimitStore(int maxCounters, LongSupplier microTime) {
		if (maxCounters < 1) {
			throw new IllegalArgumentException("A store must hold at least 1 counter, not " + maxCounters);
		}
		this.kept = new KeptCounters(maxCounters, new SplittableRandom());
		this.microTime = Objects.requireNonNull(microTime, "microTime must not be null");
	}

	/**
	 * Return an empty store of {@link #DEFAULT_MAX_COUNTERS} counters.
	 * @return the store
	 */
	public static InMemoryRateLimitStore create() {
		return create(DEFAULT_MAX_COUNTERS);
	}

	/**
	 * Return an empty store.
	 * @param maxCounters counters kept at most, at least 1
	 * @return the store
	 */
	public static InMemoryRateLimitStore create(int maxCounters) {
		return create(maxCounters, MonotonicMicros.now());
	}

	/**
	 * Return an empty store with a clock of the caller's.
	 * @param maxCounters counters kept at most, at least 1
	 * @param microTime the time in microseconds since the epoch, not negative
	 * @return the store
	 */
	public static InMemoryRateLimitStore create(int maxCounters, LongSupplier microTime) {
		return new InMemoryRateLimitStore(maxCounters, microTime);
	}

	@Override
	public RateLimitDecision acquireNow(String name, String key, Limit limit, long cost) {
		String keptName = CounterId.part(name);
		String keptKey = CounterId.part(key);
		long now = this.microTime.getAsLong();
		CounterShard shard = this.kept.shard(keptKey);
		synchronized (shard) {
			KeptCounter known = shard.find(keptName, keptKey, limit);
			if (known != null) {
				return known.acquire(this.algorithms.of(limit, known), now, cost);
			}
		}
		return acquireFirst(new CounterId(keptName, keptKey, limit.name(), limit.algorithm()), limit, now, cost);
	}

	/**
	 * Decide a charge to a counter that was not known a moment ago. Not while a lock is
	 * held.
	 */
	private RateLimitDecision acquireFirst(CounterId id, Limit limit, long now, long cost) {
		LimitAlgorithm algorithm = this.algorithms.of(limit, null);
		Reading reading = algorithm.read(null, now, cost);
		if (!reading.fits()) {
			return reading.decision(DecisionSource.MEMORY, now);
		}
		CounterShard shard = this.kept.shard(id.key());
		KeptCounter added;
		synchronized (shard) {
			KeptCounter known = shard.find(id.name(), id.key(), limit);
			if (known != null) {
				return known.acquire(this.algorithms.of(limit, known), now, cost);
			}
			added = this.kept.add(id, algorithm, algorithm.charge(null, now, cost));
		}
		this.kept.makeRoom(added, now);
		return reading.decision(DecisionSource.MEMORY, now);
	}

	@Override
	public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
		try {
			return CompletableFuture.completedFuture(decide(request.charges()));
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private RateLimitDecision decide(List<Charge> charges) {
		Charge first = charges.get(0);
		if (charges.size() == 1 && first.cost() > 0) {
			return acquireNow(first.counter().name(), first.counter().key(), first.counter().limit(), first.cost());
		}
		List<KeptCounter> added = new ArrayList<>(0);
		RateLimitDecision decision = this.kept.holding(counters(charges), () -> decide(charges, added));
		makeRoom(added);
		return decision;
	}

	private static List<Counter> counters(List<Charge> charges) {
		return charges.stream().map(Charge::counter).toList();
	}

	private RateLimitDecision decide(List<Charge> charges, List<KeptCounter> added) {
		List<Asked> asked = ask(charges);
		boolean fit = asked.stream().allMatch((one) -> one.reading().fits());
		boolean charged = false;
		List<LimitStatus> limits = new ArrayList<>(charges.size());
		for (Asked one : asked) {
			if (fit && one.charge().cost() > 0) {
				charged = true;
				put(one.slot().charge(one.atMicros(), one.charge().cost()), added);
			}
			limits.add(one.reading().status(fit));
		}
		RateLimitDecision decision = RateLimitDecision.of(limits, DecisionSource.MEMORY);
		long at = asked.get(asked.size() - 1).atMicros();
		return (charged) ? decision.chargedAt(Instant.EPOCH.plus(at, ChronoUnit.MICROS)) : decision;
	}

	/**
	 * Ask all limits. A state that is later than the clock says moves the time on, for
	 * what follows too, as the scripts do: what is charged is found by its time.
	 */
	private List<Asked> ask(List<Charge> charges) {
		long now = this.microTime.getAsLong();
		List<Asked> asked = new ArrayList<>(charges.size());
		for (Charge charge : charges) {
			Slot slot = slot(charge.counter());
			now = (slot.state() != null) ? Math.max(now, slot.state().atMicros()) : now;
			asked.add(new Asked(charge, slot, now, slot.read(now, charge.cost())));
		}
		return asked;
	}

	private Slot slot(Counter counter) {
		KeptCounter known = this.kept.get(counter);
		return new Slot(counter, known, this.algorithms.of(counter.limit(), known),
				(known != null) ? known.state() : null);
	}

	private void put(Slot slot, List<KeptCounter> added) {
		LimitState state = Objects.requireNonNull(slot.state());
		if (slot.known() != null) {
			slot.known().set(slot.algorithm(), state);
		}
		else {
			added.add(this.kept.add(CounterId.of(slot.counter()), slot.algorithm(), state));
		}
	}

	private void makeRoom(List<KeptCounter> added) {
		for (KeptCounter counter : added) {
			this.kept.makeRoom(counter, this.microTime.getAsLong());
		}
	}

	@Override
	public CompletionStage<Void> settle(RateLimitSettlement settlement) {
		try {
			List<Charge> charges = settlement.request().charges();
			List<LimitStatus> limits = settlement.decision().limits();
			List<KeptCounter> added = new ArrayList<>(0);
			this.kept.holding(counters(charges), () -> {
				for (int i = 0; i < charges.size(); i++) {
					settle(charges.get(i), settlement.chargedAt(), limits.get(i), settlement.costs().get(i), added);
				}
				return charges;
			});
			makeRoom(added);
			return CompletableFuture.completedFuture(null);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private void settle(Charge charge, Instant chargedAt, LimitStatus status, long cost, List<KeptCounter> added) {
		if (charge.cost() == cost) {
			return;
		}
		Slot slot = slot(charge.counter()).settle(this.microTime.getAsLong(),
				Charged.of(chargedAt, charge.cost(), status.resetAfter()), cost);
		if (slot.state() != null) {
			put(slot, added);
		}
	}

	@Override
	public CompletionStage<Void> reset(List<Counter> counters) {
		this.kept.holding(counters, () -> {
			for (Counter counter : counters) {
				KeptCounter known = this.kept.get(counter);
				if (known != null) {
					this.kept.remove(known);
				}
			}
			return counters;
		});
		return CompletableFuture.completedFuture(null);
	}

	@Override
	public StoreStatus status() {
		return StoreStatus.connected("memory");
	}

	/**
	 * Return how many counters are kept.
	 * @return the number, exact while no other thread uses the store
	 */
	public int size() {
		return this.kept.size();
	}

	/**
	 * A charge, and what its limit says to it.
	 */
	private record Asked(Charge charge, Slot slot, long atMicros, Reading reading) {

	}

	/**
	 * A counter, and what is kept of it if anything is. Immutable.
	 */
	private record Slot(Counter counter, @Nullable KeptCounter known, LimitAlgorithm algorithm,
			@Nullable LimitState state) {

		Reading read(long now, long cost) {
			return this.algorithm.read(this.state, now, cost);
		}

		Slot charge(long now, long cost) {
			return with(this.algorithm.charge(this.state, now, cost));
		}

		Slot settle(long now, Charged charged, long cost) {
			return with(this.algorithm.settle(this.state, now, charged, cost));
		}

		private Slot with(@Nullable LimitState state) {
			return new Slot(this.counter, this.known, this.algorithm, state);
		}

	}

}
