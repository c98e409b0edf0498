package io.github.ratelimit.refusal;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.Limit;
import org.jspecify.annotations.Nullable;

/**
 * The refusals that are known, as many as fit in an array. Safe for use by many threads.
 * <p>
 * The hash of a counter says in which few places of the array its refusals may be. A new
 * one takes the place of one that is over, or else of the one that ends first; so nothing
 * has to be done when one is found, and none is looked for to be removed. Two threads
 * that write one place lose one refusal. What is lost or pushed out, also by somebody who
 * chooses keys to that end, is asked of the store once more.
 * <p>
 * Nothing is removed when a counter changes. Each group of places has a number that grows
 * then, and a refusal holds while the numbers of its counters are what they were when the
 * store was asked: so an answer that was under way while a counter changed is never taken
 * for one that came after. Counters that share a group cost each other a question.
 */
final class Refusals {

	private static final int MAX_GROUP = 4;

	private final int groupSize;

	private final int groups;

	private final AtomicReferenceArray<@Nullable Refusal> places;

	private final AtomicLongArray changes;

	private final AtomicLong changesOfAll = new AtomicLong();

	/**
	 * Create an empty array.
	 * @param maxSize refusals that may be kept, at least 1
	 */
	Refusals(int maxSize) {
		if (maxSize < 1) {
			throw new IllegalArgumentException("At least 1 refusal must fit, not " + maxSize);
		}
		this.groupSize = Math.min(MAX_GROUP, maxSize);
		this.groups = maxSize / this.groupSize;
		this.places = new AtomicReferenceArray<>(this.groups * this.groupSize);
		this.changes = new AtomicLongArray(this.groups);
	}

	/**
	 * Return the refusal of a request for one counter, if one is known.
	 */
	@Nullable Refusal find(String name, String key, Limit limit, long cost, long now) {
		int group = group(name, key, limit.name(), limit.algorithm());
		for (int place = group * this.groupSize, end = place + this.groupSize; place < end; place++) {
			Refusal refusal = this.places.get(place);
			if (refusal != null && !refusal.isOver(now) && refusal.isOf(name, key, limit, cost)
					&& refusal.version() == version(group)) {
				return refusal;
			}
		}
		return null;
	}

	private long version(int group) {
		return this.changesOfAll.get() + this.changes.get(group);
	}

	/**
	 * Return the refusal of a request by any of its limits, if one is known.
	 */
	@Nullable Refusal find(List<Charge> charges, long now) {
		for (int i = 0; i < charges.size(); i++) {
			int group = group(charges.get(i).counter());
			for (int place = group * this.groupSize, end = place + this.groupSize; place < end; place++) {
				Refusal refusal = this.places.get(place);
				if (refusal != null && !refusal.isOver(now) && refusal.isOf(charges) && holds(refusal)) {
					return refusal;
				}
			}
		}
		return null;
	}

	private boolean holds(Refusal refusal) {
		return refusal.version() == version(refusal.charges());
	}

	/**
	 * Return what is known of changes of the counters of a request. To be read before the
	 * store is asked.
	 */
	long version(List<Charge> charges) {
		// None of the numbers ever shrinks, so neither does their sum
		long version = this.changesOfAll.get();
		for (int i = 0; i < charges.size(); i++) {
			version += this.changes.get(group(charges.get(i).counter()));
		}
		return version;
	}

	void add(Refusal refusal, long now) {
		int start = group(refusal.counter()) * this.groupSize;
		int chosen = start;
		long leastLeft = Long.MAX_VALUE;
		for (int place = start; place < start + this.groupSize; place++) {
			Refusal other = this.places.get(place);
			if (other != null && other.isLike(refusal)) {
				chosen = place;
				break;
			}
			long left = (other != null && holds(other)) ? Math.max(0, other.endsAt() - now) : 0;
			if (left < leastLeft) {
				leastLeft = left;
				chosen = place;
			}
		}
		this.places.set(chosen, refusal);
	}

	/**
	 * Forget the refusals of a counter, those that are under way as well.
	 */
	void forget(Counter.Id counter) {
		this.changes.incrementAndGet(group(counter.name(), counter.key(), counter.limit(), counter.algorithm()));
	}

	/**
	 * Forget all refusals, those that are under way as well.
	 */
	void forgetAll() {
		this.changesOfAll.incrementAndGet();
	}

	private int group(Counter counter) {
		return group(counter.name(), counter.key(), counter.limit().name(), counter.limit().algorithm());
	}

	private int group(String name, String key, String limit, Algorithm algorithm) {
		int hash = 31 * (31 * (31 * name.hashCode() + key.hashCode()) + limit.hashCode()) + algorithm.ordinal();
		// Spread by the golden ratio, since keys often differ in their last digits alone
		return (int) ((Integer.toUnsignedLong(hash * 0x9E3779B9) * this.groups) >>> Integer.SIZE);
	}

}
