package io.github.ratelimit.store.memory;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.ratelimit.Limit;
import io.github.ratelimit.algorithm.LimitAlgorithm;
import org.jspecify.annotations.Nullable;

/**
 * The arithmetic of limits, made once for each. Safe for use by many threads.
 */
final class LimitAlgorithms {

	/**
	 * An application has few limits; one that makes up limits without end has them worked
	 * out anew beyond these.
	 */
	private static final int MAX = 1000;

	private final Map<Limit, LimitAlgorithm> algorithms = new ConcurrentHashMap<>();

	/**
	 * Return the arithmetic of a limit.
	 * @param known what counts with the limit, or may have counted with another
	 */
	LimitAlgorithm of(Limit limit, @Nullable KeptCounter known) {
		return (known != null && isOf(known.algorithm(), limit)) ? known.algorithm() : of(limit);
	}

	private static boolean isOf(LimitAlgorithm algorithm, Limit limit) {
		return algorithm.limit() == limit || algorithm.limit().equals(limit);
	}

	private LimitAlgorithm of(Limit limit) {
		LimitAlgorithm known = this.algorithms.get(limit);
		if (known != null) {
			return known;
		}
		LimitAlgorithm created = LimitAlgorithm.of(limit);
		if (this.algorithms.size() < MAX) {
			this.algorithms.put(limit, created);
		}
		return created;
	}

}
