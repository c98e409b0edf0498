package io.github.ratelimit.store.memory;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.DecisionSource;
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
 * Memory is bounded without a thread. A counter whose units are all back tells no more
 * than a missing one; each new counter makes the store look at a few old ones, in turn,
 * and drop such. Where the store is full all the same, the one of a small sample that is
 * nearest to having its units back gives way: so a flood of new keys never pushes out a
 * caller who is being limited while idle ones are left, and what is forgotten is the
 * least there is to forget.
 */
public final class InMemoryRateLimitStore implements RateLimitStore {

	/**
	 * Counters kept at most, unless said otherwise.
	 */
	public static final int DEFAULT_MAX_COUNTERS = 100_000;

	private static final int SWEEP_STEPS = 4;

	private static final int EVICTION_SAMPLE = 16;

	private final Map<Counter.Id, Entry> entries = new ConcurrentHashMap<>();

	private final CounterLocks locks = new CounterLocks();

	private final ReentrantLock sweepLock = new ReentrantLock();

	private final int maxCounters;

	private final LongSupplier microTime;

	private Iterator<Map.Entry<Counter.Id, Entry>> sweep;

	private InMemoryRateLimitStore(int maxCounters, LongSupplier microTime) {
		if (maxCounters < 1) {
			throw new IllegalArgumentException("A store must hold at least 1 counter, not " + maxCounters);
		}
		this.maxCounters = maxCounters;
		this.microTime = Objects.requireNonNull(microTime, "microTime must not be null");
		this.sweep = this.entries.entrySet().iterator();
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
	public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
		try {
			List<Charge> charges = request.charges();
			return CompletableFuture.completedFuture(
					(request.isPeek()) ? peek(charges) : this.locks.holding(counters(charges), () -> decide(charges)));
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private static List<Counter> counters(List<Charge> charges) {
		return charges.stream().map(Charge::counter).toList();
	}

	private RateLimitDecision peek(List<Charge> charges) {
		List<LimitStatus> limits = ask(charges).stream().map((asked) -> asked.reading().status(false)).toList();
		return RateLimitDecision.of(limits, DecisionSource.MEMORY);
	}

	private RateLimitDecision decide(List<Charge> charges) {
		List<Asked> asked = ask(charges);
		boolean fit = asked.stream().allMatch((one) -> one.reading().fits());
		List<LimitStatus> limits = new ArrayList<>(charges.size());
		for (Asked one : asked) {
			if (fit && one.charge().cost() > 0) {
				put(one.slot().charge(one.atMicros(), one.charge().cost()), one.atMicros());
			}
			limits.add(one.reading().status(fit));
		}
		RateLimitDecision decision = RateLimitDecision.of(limits, DecisionSource.MEMORY);
		long at = asked.get(asked.size() - 1).atMicros();
		return (fit) ? decision.chargedAt(Instant.EPOCH.plus(at, ChronoUnit.MICROS)) : decision;
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
		Counter.Id id = counter.id();
		Entry entry = this.entries.get(id);
		LimitAlgorithm algorithm = (entry != null && entry.algorithm().limit().equals(counter.limit()))
				? entry.algorithm() : LimitAlgorithm.of(counter.limit());
		return new Slot(id, algorithm, (entry != null) ? entry.state() : null);
	}

	private void put(Slot slot, long now) {
		Entry previous = this.entries.put(slot.id(), slot.entry());
		if (previous == null) {
			makeRoom(now);
		}
	}

	@Override
	public CompletionStage<Void> settle(RateLimitSettlement settlement) {
		try {
			List<Charge> charges = settlement.request().charges();
			this.locks.holding(counters(charges), () -> {
				for (int i = 0; i < charges.size(); i++) {
					settle(charges.get(i), settlement.chargedAt(), settlement.decision().limits().get(i),
							settlement.costs().get(i));
				}
				return charges;
			});
			return CompletableFuture.completedFuture(null);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private void settle(Charge charge, Instant chargedAt, LimitStatus status, long cost) {
		if (charge.cost() == cost) {
			return;
		}
		long now = this.microTime.getAsLong();
		Slot slot = slot(charge.counter()).settle(now, Charged.of(chargedAt, charge.cost(), status.resetAfter()), cost);
		if (slot.state() != null) {
			put(slot, now);
		}
	}

	@Override
	public CompletionStage<Void> reset(List<Counter> counters) {
		this.locks.holding(counters, () -> {
			counters.forEach((counter) -> this.entries.remove(counter.id()));
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
		return this.entries.size();
	}

	private void makeRoom(long now) {
		if (this.entries.size() > this.maxCounters) {
			this.sweepLock.lock();
		}
		else if (!this.sweepLock.tryLock()) {
			return;
		}
		try {
			sweep(now, SWEEP_STEPS);
			while (this.entries.size() > this.maxCounters) {
				evict(now);
			}
		}
		finally {
			this.sweepLock.unlock();
		}
	}

	private void sweep(long now, int steps) {
		for (int i = 0; i < steps; i++) {
			Map.Entry<Counter.Id, Entry> next = next();
			if (next != null && next.getValue().forgottenAtMicros() <= now) {
				this.entries.remove(next.getKey(), next.getValue());
			}
		}
	}

	private void evict(long now) {
		Map.Entry<Counter.Id, Entry> nearest = null;
		for (int i = 0; i < EVICTION_SAMPLE; i++) {
			Map.Entry<Counter.Id, Entry> next = next();
			if (next != null && (nearest == null
					|| next.getValue().forgottenAtMicros() < nearest.getValue().forgottenAtMicros())) {
				nearest = next;
			}
		}
		if (nearest != null) {
			this.entries.remove(nearest.getKey(), nearest.getValue());
		}
	}

	private Map.@Nullable Entry<Counter.Id, Entry> next() {
		if (!this.sweep.hasNext()) {
			this.sweep = this.entries.entrySet().iterator();
		}
		return (this.sweep.hasNext()) ? this.sweep.next() : null;
	}

	/**
	 * What is kept of a counter. Immutable.
	 */
	private record Entry(LimitAlgorithm algorithm, LimitState state, long forgottenAtMicros) {

	}

	/**
	 * A charge, and what its limit says to it.
	 */
	private record Asked(Charge charge, Slot slot, long atMicros, Reading reading) {

	}

	/**
	 * A counter, and what is kept of it if anything is. Immutable.
	 */
	private record Slot(Counter.Id id, LimitAlgorithm algorithm, @Nullable LimitState state) {

		Reading read(long now, long cost) {
			return this.algorithm.read(this.state, now, cost);
		}

		Slot charge(long now, long cost) {
			return new Slot(this.id, this.algorithm, this.algorithm.charge(this.state, now, cost));
		}

		Slot settle(long now, Charged charged, long cost) {
			return new Slot(this.id, this.algorithm, this.algorithm.settle(this.state, now, charged, cost));
		}

		Entry entry() {
			LimitState kept = Objects.requireNonNull(this.state);
			return new Entry(this.algorithm, kept, this.algorithm.forgottenAtMicros(kept));
		}

	}

}
