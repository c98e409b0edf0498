package io.github.ratelimit.store.memory;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
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
 * take: long keys are kept as hashes. Counters whose units are all back are dropped as
 * new ones come. Where the store is full all the same, one gives way that has used little
 * of its limit: so a flood of new keys does not push out a caller who is being limited.
 */
public final class InMemoryRateLimitStore implements RateLimitStore {

	/**
	 * Counters kept at most, unless said otherwise.
	 */
	public static final int DEFAULT_MAX_COUNTERS = 100_000;

	/**
	 * An application has few limits; one that makes up limits without end has them worked
	 * out anew beyond these.
	 */
	private static final int MAX_ALGORITHMS = 1000;

	private final Map<Limit, LimitAlgorithm> algorithms = new ConcurrentHashMap<>();

	private final CounterLocks locks = new CounterLocks();

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
		CounterId id = CounterId.of(counter);
		KeptCounters.Kept known = this.kept.get(id);
		LimitAlgorithm algorithm = (known != null && known.algorithm().limit().equals(counter.limit()))
				? known.algorithm() : algorithm(counter.limit());
		return new Slot(id, algorithm, (known != null) ? known.state() : null);
	}

	private LimitAlgorithm algorithm(Limit limit) {
		LimitAlgorithm known = this.algorithms.get(limit);
		if (known != null) {
			return known;
		}
		LimitAlgorithm created = LimitAlgorithm.of(limit);
		if (this.algorithms.size() < MAX_ALGORITHMS) {
			this.algorithms.put(limit, created);
		}
		return created;
	}

	private void put(Slot slot, long now) {
		this.kept.put(slot.id(), slot.algorithm(), Objects.requireNonNull(slot.state()), now);
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
			counters.forEach((counter) -> this.kept.remove(CounterId.of(counter)));
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
	private record Slot(CounterId id, LimitAlgorithm algorithm, @Nullable LimitState state) {

		Reading read(long now, long cost) {
			return this.algorithm.read(this.state, now, cost);
		}

		Slot charge(long now, long cost) {
			return new Slot(this.id, this.algorithm, this.algorithm.charge(this.state, now, cost));
		}

		Slot settle(long now, Charged charged, long cost) {
			return new Slot(this.id, this.algorithm, this.algorithm.settle(this.state, now, charged, cost));
		}

	}

}
