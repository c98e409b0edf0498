package io.github.ratelimit.store.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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

	private final Map<CounterId, Kept> kept = new ConcurrentHashMap<>();

	/**
	 * The identities by which counters were first kept, in no order, to pick from. Some
	 * of them may be gone.
	 */
	private final List<CounterId> known = new ArrayList<>();

	private final int max;

	private final RandomGenerator random;

	private int swept;

	private long looks;

	KeptCounters(int max, RandomGenerator random) {
		this.max = max;
		this.random = random;
	}

	@Nullable Kept get(CounterId id) {
		return this.kept.get(id);
	}

	void put(CounterId id, LimitAlgorithm algorithm, LimitState state, long nowMicros) {
		Kept before = this.kept.get(id);
		CounterId first = (before != null) ? before.id() : id;
		if (this.kept.put(first, new Kept(first, algorithm, state)) == null) {
			makeRoom(first, nowMicros);
		}
	}

	void remove(CounterId id) {
		this.kept.remove(id);
	}

	int size() {
		return this.kept.size();
	}

	/**
	 * Return how often a counter was looked at to make room.
	 */
	synchronized long looks() {
		return this.looks;
	}

	private synchronized void makeRoom(CounterId added, long nowMicros) {
		this.known.add(added);
		for (int i = 0; i < SWEEP_STEPS && !this.known.isEmpty(); i++) {
			sweep(nowMicros);
		}
		while (this.kept.size() > this.max && !this.known.isEmpty()) {
			evict(nowMicros);
		}
	}

	private void sweep(long nowMicros) {
		this.swept = (this.swept < this.known.size()) ? this.swept : 0;
		Kept next = look(this.swept);
		if (next == null || (next.forgottenAtMicros() <= nowMicros && this.kept.remove(next.id(), next))) {
			forget(this.swept);
		}
		else {
			this.swept++;
		}
	}

	private void evict(long nowMicros) {
		int place = -1;
		Kept least = null;
		double leastUsed = 0;
		for (int i = 0; i < EVICTION_SAMPLE && !this.known.isEmpty(); i++) {
			int there = this.random.nextInt(this.known.size());
			Kept other = look(there);
			if (other == null) {
				forget(there);
				place = (place == this.known.size()) ? there : place;
				continue;
			}
			double used = other.usedFraction(nowMicros);
			if (least == null || used < leastUsed
					|| (used == leastUsed && other.forgottenAtMicros() < least.forgottenAtMicros())) {
				place = there;
				least = other;
				leastUsed = used;
			}
		}
		if (least != null && this.kept.remove(least.id(), least)) {
			forget(place);
		}
	}

	/**
	 * Return what is kept of the counter at a place, {@code null} if it is gone or was
	 * kept anew since, which then has a place of its own.
	 */
	private @Nullable Kept look(int place) {
		this.looks++;
		CounterId id = this.known.get(place);
		Kept found = this.kept.get(id);
		return (found != null && found.id() == id) ? found : null;
	}

	private void forget(int place) {
		CounterId last = this.known.remove(this.known.size() - 1);
		if (place < this.known.size()) {
			this.known.set(place, last);
		}
	}

	/**
	 * What is kept of a counter. Immutable.
	 */
	record Kept(CounterId id, LimitAlgorithm algorithm, LimitState state) {

		long forgottenAtMicros() {
			return this.algorithm.forgottenAtMicros(this.state);
		}

		double usedFraction(long nowMicros) {
			return this.algorithm.usedFraction(this.state, nowMicros);
		}

	}

}
