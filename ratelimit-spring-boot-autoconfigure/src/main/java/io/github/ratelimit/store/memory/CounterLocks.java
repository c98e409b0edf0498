package io.github.ratelimit.store.memory;

import java.util.List;
import java.util.function.Supplier;

import io.github.ratelimit.Counter;

/**
 * Locks for counters, some of which share one. Those of a request are taken in one order,
 * so that no two requests wait for each other.
 */
final class CounterLocks {

	private static final int LOCKS = 256;

	private final Object[] locks = new Object[LOCKS];

	CounterLocks() {
		for (int i = 0; i < LOCKS; i++) {
			this.locks[i] = new Object();
		}
	}

	<T> T holding(List<Counter> counters, Supplier<T> action) {
		int[] order = counters.stream().mapToInt(CounterLocks::indexOf).sorted().distinct().toArray();
		return holding(order, 0, action);
	}

	private <T> T holding(int[] order, int next, Supplier<T> action) {
		if (next == order.length) {
			return action.get();
		}
		synchronized (this.locks[order[next]]) {
			return holding(order, next + 1, action);
		}
	}

	private static int indexOf(Counter counter) {
		int hash = counter.id().hashCode();
		return (hash ^ (hash >>> 16)) & (LOCKS - 1);
	}

}
