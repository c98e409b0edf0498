package io.github.ratelimit.store.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

import io.github.ratelimit.Counter;
import io.github.ratelimit.algorithm.LimitAlgorithm;
import io.github.ratelimit.algorithm.LimitState;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of counters, up to a maximum, without a thread that clears up. Safe for
 * use by many threads, each of which holds the lock of the counters that it uses.
 * <p>
 * Each new counter has a few others looked at, in turn, and those dropped whose units
 * have all been back for a while: they tell no more than missing ones. Where there are
 * too many all the same, the one of a random sample that has used the least of its limit
 * gives way; of several, the one that is nearest to having its units back. So who is
 * refused stays while others are left that are not, whichever limit they are of. What a
 * new counter costs does not depend on how many there are, and what a known one costs has
 * nothing to do with it.
 */
final class KeptCounters {

	private static final int SHARD_BITS = 8;

	/**
	 * How long units have to be back before a counter is dropped for it: who comes again
	 * and again would else have one made each time.
	 */
	private static final long GRACE_MICROS = 10_000_000;

	private static final int SWEEP_STEPS = 4;

	private static final int EVICTION_SAMPLE = 16;

	/**
	 * Multiplies a hash code so that its highest bits tell of all others (the golden
	 * ratio, after Knuth): the maps in the shards go by the lowest.
	 */
	private static final int SPREAD = 0x9E3779B9;

	private final CounterShard[] shards = new CounterShard[1 << SHARD_BITS];

	private final AtomicInteger size = new AtomicInteger();

	/**
	 * The counters again, in no order, to pick from. Some of them may be gone.
	 */
	private final List<KeptCounter> list = new ArrayList<>();

	private final int max;

	private final RandomGenerator random;

	private int swept;

	private long looks;

	KeptCounters(int max, RandomGenerator random) {
		this.max = max;
		this.random = random;
		for (int i = 0; i < this.shards.length; i++) {
			this.shards[i] = new CounterShard();
		}
	}

	/**
	 * Return the part that holds the counters of a key.
	 * @param key whose count it is, {@linkplain CounterId#part(String) as it is kept}
	 */
	CounterShard shard(String key) {
		return this.shards[indexOf(key)];
	}

	private static int indexOf(String key) {
		return (key.hashCode() * SPREAD) >>> (Integer.SIZE - SHARD_BITS);
	}

	/**
	 * Do something that several counters are used in. Their locks are taken in one order,
	 * so that no two requests wait for each other.
	 */
	<T> T holding(List<Counter> counters, Supplier<T> action) {
		int[] order = counters.stream()
			.mapToInt((counter) -> indexOf(CounterId.part(counter.key())))
			.sorted()
			.distinct()
			.toArray();
		return holding(order, 0, action);
	}

	private <T> T holding(int[] order, int next, Supplier<T> action) {
		if (next == order.length) {
			return action.get();
		}
		synchronized (this.shards[order[next]]) {
			return holding(order, next + 1, action);
		}
	}

	/**
	 * Return what is kept of a counter whose lock is held, {@code null} if nothing is.
	 */
	@Nullable KeptCounter get(Counter counter) {
		String key = CounterId.part(counter.key());
		return shard(key).find(CounterId.part(counter.name()), key, counter.limit());
	}

	/**
	 * Keep a new counter, whose lock is held. When none is any more, there is
	 * {@linkplain #makeRoom room to be made} for it.
	 */
	KeptCounter add(CounterId id, LimitAlgorithm algorithm, LimitState state) {
		KeptCounter added = shard(id.key()).add(id, algorithm, state);
		this.size.incrementAndGet();
		return added;
	}

	/**
	 * Forget a counter whose lock is held.
	 */
	void remove(KeptCounter counter) {
		shard(counter.id().key()).remove(counter);
		this.size.decrementAndGet();
	}

	int size() {
		return this.size.get();
	}

	/**
	 * Return how often a counter was looked at to make room.
	 */
	synchronized long looks() {
		return this.looks;
	}

	/**
	 * Make room for a new counter. Not while a lock is held: this takes those of others.
	 */
	synchronized void makeRoom(KeptCounter added, long nowMicros) {
		this.list.add(added);
		for (int i = 0; i < SWEEP_STEPS && !this.list.isEmpty(); i++) {
			sweep(nowMicros);
		}
		while (size() > this.max && !this.list.isEmpty()) {
			evict(nowMicros);
		}
	}

	private void sweep(long nowMicros) {
		this.swept = (this.swept < this.list.size()) ? this.swept : 0;
		KeptCounter next = look(this.swept);
		boolean gone;
		synchronized (shard(next.id().key())) {
			if (!next.isGone() && next.forgottenAtMicros() <= nowMicros - GRACE_MICROS) {
				remove(next);
			}
			gone = next.isGone();
		}
		if (gone) {
			forget(this.swept);
		}
		else {
			this.swept++;
		}
	}

	/**
	 * Drop the counter of a sample that is told least by. Those that are gone leave the
	 * list with this or with a later look.
	 */
	private void evict(long nowMicros) {
		int place = -1;
		Use least = null;
		for (int i = 0; i < EVICTION_SAMPLE; i++) {
			int there = this.random.nextInt(this.list.size());
			Use use = use(look(there), nowMicros);
			if (use == null) {
				forget(there);
				return;
			}
			if (least == null || use.isLessThan(least)) {
				place = there;
				least = use;
			}
		}
		if (least != null && drop(this.list.get(place), least, nowMicros)) {
			forget(place);
		}
	}

	private KeptCounter look(int place) {
		this.looks++;
		return this.list.get(place);
	}

	/**
	 * Return how much a counter has used, {@code null} if it is gone.
	 */
	private @Nullable Use use(KeptCounter counter, long nowMicros) {
		synchronized (shard(counter.id().key())) {
			return (counter.isGone()) ? null : Use.of(counter, nowMicros);
		}
	}

	/**
	 * Drop a counter, unless it has changed.
	 */
	private boolean drop(KeptCounter counter, Use expected, long nowMicros) {
		synchronized (shard(counter.id().key())) {
			if (!counter.isGone() && Use.of(counter, nowMicros).equals(expected)) {
				remove(counter);
			}
			return counter.isGone();
		}
	}

	private void forget(int place) {
		KeptCounter last = this.list.remove(this.list.size() - 1);
		if (place < this.list.size()) {
			this.list.set(place, last);
		}
	}

	/**
	 * How much a counter has used of its limit, and when its units are back.
	 */
	private record Use(double fraction, long forgottenAtMicros) {

		static Use of(KeptCounter counter, long nowMicros) {
			return new Use(counter.usedFraction(nowMicros), counter.forgottenAtMicros());
		}

		boolean isLessThan(Use other) {
			return this.fraction < other.fraction
					|| (this.fraction == other.fraction && this.forgottenAtMicros < other.forgottenAtMicros);
		}

	}

}
