package io.github.ratelimit.store.memory;

import java.util.HashMap;
import java.util.Map;

import io.github.ratelimit.Limit;
import io.github.ratelimit.algorithm.LimitAlgorithm;
import io.github.ratelimit.algorithm.LimitState;
import org.jspecify.annotations.Nullable;

/**
 * A part of the counters: those of some keys. Its monitor is the lock of all of them, to
 * be held by who uses it.
 */
final class CounterShard {

	private final Map<CounterId, KeptCounter> counters = new HashMap<>();

	private final CounterId probe = CounterId.probe();

	/**
	 * Return what is kept of a counter.
	 * @param name name of the limiter, {@linkplain CounterId#part(String) as it is kept}
	 * @param key whose count it is, as it is kept
	 * @param limit the limit
	 * @return {@code null} if nothing is
	 */
	@Nullable KeptCounter find(String name, String key, Limit limit) {
		return this.counters.get(this.probe.set(name, key, limit));
	}

	KeptCounter add(CounterId id, LimitAlgorithm algorithm, LimitState state) {
		KeptCounter added = KeptCounter.of(id, algorithm, state);
		this.counters.put(id, added);
		return added;
	}

	void remove(KeptCounter counter) {
		this.counters.remove(counter.id());
		counter.go();
	}

}
