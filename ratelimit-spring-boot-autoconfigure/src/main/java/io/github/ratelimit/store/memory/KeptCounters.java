package io.github.ratelimit.store.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;

import io.github.ratelimit.algorithm.LimitAlgorithm;
import io.github.ratelimit.algorithm.LimitState;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of counters, up to a maximum, without a thread that clears up. Safe for
 * use by many threads, as long as no two of them change one counter at a time.
 * <p>
 * Each new counter has a few others looked at, in turn, and those dropped whose units are
 * all back: they tell no more than missing ones. Where there are too many all the same,
 * the one of a random sample that has used the least of its limit gives way; of several,
 * the one that is nearest to having its units back. So who is refused stays while others
 * are left that are not, whichever limit they are of. What a new counter costs does not
 * depend on how many there are.
 */
final class KeptCounters {

	private static final int SWEEP_STEPS = 4;

	private static final int EVICTION_SAMPLE = 16;

	private final Map<CounterId, Place> places = new ConcurrentHashMap<>();

	/**
	 * The places again, in no order, to pick from. Some of them may be empty.
	 */
	private final List<Place> list = new ArrayList<>();

	private final int max;

	private final RandomGenerator random;

	private int swept;

	private long looks;

	KeptCounters(int max, RandomGenerator random) {
		this.max = max;
		this.random = random;
	}

	@Nullable Kept get(CounterId id) {
		Place place = this.places.get(id);
		return (place != null) ? place.get() : null;
	}

	void put(CounterId id, LimitAlgorithm algorithm, LimitState state, long nowMicros) {
		Kept kept = new Kept(algorithm, state);
		Place known = this.places.get(id);
		Kept before = (known != null) ? known.get() : null;
		if (known == null || before == null || !known.compareAndSet(before, kept)) {
			Place place = new Place(id, kept);
			this.places.put(id, place);
			makeRoom(place, nowMicros);
		}
	}

	void remove(CounterId id) {
		Place place = this.places.remove(id);
		if (place != null) {
			place.set(null);
		}
	}

	int size() {
		return this.places.size();
	}

	/**
	 * Return how often a counter was looked at to make room.
	 */
	synchronized long looks() {
		return this.looks;
	}

	private synchronized void makeRoom(Place added, long nowMicros) {
		this.list.add(added);
		for (int i = 0; i < SWEEP_STEPS && !this.list.isEmpty(); i++) {
			sweep(nowMicros);
		}
		while (this.places.size() > this.max && !this.list.isEmpty()) {
			evict(nowMicros);
		}
	}

	private void sweep(long nowMicros) {
		this.swept = (this.swept < this.list.size()) ? this.swept : 0;
		Kept next = look(this.swept);
		if (next == null || (next.forgottenAtMicros() <= nowMicros && empty(this.list.get(this.swept), next))) {
			forget(this.swept);
		}
		else {
			this.swept++;
		}
	}

	/**
	 * Empty the place of a sample that is told least by. Those that are empty leave the
	 * list with this or with a later look.
	 */
	private void evict(long nowMicros) {
		int place = -1;
		Kept least = null;
		double leastUsed = 0;
		for (int i = 0; i < EVICTION_SAMPLE; i++) {
			int there = this.random.nextInt(this.list.size());
			Kept other = look(there);
			if (other == null) {
				forget(there);
				return;
			}
			double used = other.usedFraction(nowMicros);
			if (least == null || used < leastUsed
					|| (used == leastUsed && other.forgottenAtMicros() < least.forgottenAtMicros())) {
				place = there;
				least = other;
				leastUsed = used;
			}
		}
		if (least != null && empty(this.list.get(place), least)) {
			forget(place);
		}
	}

	private @Nullable Kept look(int place) {
		this.looks++;
		return this.list.get(place).get();
	}

	/**
	 * Empty a place, unless it has changed.
	 */
	private boolean empty(Place place, Kept expected) {
		return place.compareAndSet(expected, null) && this.places.remove(place.id, place);
	}

	private void forget(int place) {
		Place last = this.list.remove(this.list.size() - 1);
		if (place < this.list.size()) {
			this.list.set(place, last);
		}
	}

	/**
	 * What is kept of a counter. Immutable.
	 */
	record Kept(LimitAlgorithm algorithm, LimitState state) {

		long forgottenAtMicros() {
			return this.algorithm.forgottenAtMicros(this.state);
		}

		double usedFraction(long nowMicros) {
			return this.algorithm.usedFraction(this.state, nowMicros);
		}

	}

	/**
	 * Where something is kept of a counter, once, until it is empty.
	 */
	private static final class Place extends AtomicReference<@Nullable Kept> {

		private final CounterId id;

		Place(CounterId id, Kept kept) {
			super(kept);
			this.id = id;
		}

	}

}
