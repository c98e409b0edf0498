package io.github.ratelimit.store.memory;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import io.github.ratelimit.Counter;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.StoreStatus;
import io.github.ratelimit.algorithm.TokenBucket;
import io.github.ratelimit.algorithm.TokenBucketState;
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

	private final Map<CounterId, Entry> entries = new ConcurrentHashMap<>();

	private final ReentrantLock sweepLock = new ReentrantLock();

	private final int maxCounters;

	private final LongSupplier microTime;

	private Iterator<Map.Entry<CounterId, Entry>> sweep;

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
	 * @param microTime the time in microseconds from any origin that is not negative
	 * @return the store
	 */
	public static InMemoryRateLimitStore create(int maxCounters, LongSupplier microTime) {
		return new InMemoryRateLimitStore(maxCounters, microTime);
	}

	@Override
	public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
		try {
			Counter counter = request.counters().get(0);
			LimitStatus status = acquire(counter, request.cost());
			return CompletableFuture.completedFuture(RateLimitDecision.of(List.of(status), DecisionSource.MEMORY));
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private LimitStatus acquire(Counter counter, long cost) {
		CounterId id = CounterId.of(counter);
		long now = this.microTime.getAsLong();
		if (cost == 0) {
			Entry entry = this.entries.get(id);
			TokenBucket bucket = bucket(counter, entry);
			return bucket.status(bucket.spentAt((entry != null) ? entry.state() : null, now), 0);
		}
		Charge charge = new Charge(counter, now, cost);
		this.entries.compute(id, (key, entry) -> charge.apply(entry));
		if (charge.isNewEntry()) {
			makeRoom(now);
		}
		return charge.status();
	}

	@Override
	public CompletionStage<Void> reset(RateLimitRequest request) {
		request.counters().forEach((counter) -> this.entries.remove(CounterId.of(counter)));
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
			Map.Entry<CounterId, Entry> next = next();
			if (next != null && next.getValue().forgottenAtMicros() <= now) {
				this.entries.remove(next.getKey(), next.getValue());
			}
		}
	}

	private void evict(long now) {
		Map.Entry<CounterId, Entry> nearest = null;
		for (int i = 0; i < EVICTION_SAMPLE; i++) {
			Map.Entry<CounterId, Entry> next = next();
			if (next != null && (nearest == null
					|| next.getValue().forgottenAtMicros() < nearest.getValue().forgottenAtMicros())) {
				nearest = next;
			}
		}
		if (nearest != null) {
			this.entries.remove(nearest.getKey(), nearest.getValue());
		}
	}

	private Map.@Nullable Entry<CounterId, Entry> next() {
		if (!this.sweep.hasNext()) {
			this.sweep = this.entries.entrySet().iterator();
		}
		return (this.sweep.hasNext()) ? this.sweep.next() : null;
	}

	private static TokenBucket bucket(Counter counter, @Nullable Entry entry) {
		return (entry != null && entry.bucket().limit().equals(counter.limit())) ? entry.bucket()
				: TokenBucket.of(counter.limit());
	}

	/**
	 * What finds a counter.
	 */
	private record CounterId(String name, String key, String limit) {

		static CounterId of(Counter counter) {
			return new CounterId(counter.name(), counter.key(), counter.limit().name());
		}

	}

	/**
	 * What is kept of a counter. Immutable.
	 */
	private record Entry(TokenBucket bucket, TokenBucketState state, long forgottenAtMicros) {

		Entry(TokenBucket bucket, TokenBucketState state) {
			this(bucket, state, bucket.forgottenAtMicros(state));
		}

	}

	/**
	 * One request on its way through {@link Map#compute}.
	 */
	private static final class Charge {

		private final Counter counter;

		private final long now;

		private final long cost;

		private @Nullable LimitStatus status;

		private boolean newEntry;

		Charge(Counter counter, long now, long cost) {
			this.counter = counter;
			this.now = now;
			this.cost = cost;
		}

		@Nullable Entry apply(@Nullable Entry entry) {
			TokenBucket bucket = bucket(this.counter, entry);
			TokenBucketState state = (entry != null) ? entry.state() : null;
			this.status = bucket.status(bucket.spentAt(state, this.now), this.cost);
			TokenBucketState charged = bucket.charge(state, this.now, this.cost);
			this.newEntry = (entry == null && charged != null);
			return (charged != null) ? new Entry(bucket, charged) : entry;
		}

		boolean isNewEntry() {
			return this.newEntry;
		}

		LimitStatus status() {
			return Objects.requireNonNull(this.status);
		}

	}

}
