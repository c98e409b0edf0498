package io.github.ratelimit.store.memory;

import io.github.ratelimit.Limit;
import io.github.ratelimit.algorithm.LimitAlgorithm;
import io.github.ratelimit.algorithm.PerLimit;
import org.jspecify.annotations.Nullable;

/**
 * The arithmetic of limits, that of a counter's own mostly being at hand. Safe for use by
 * many threads.
 */
final class LimitAlgorithms {

	private final PerLimit<LimitAlgorithm> algorithms = new PerLimit<>(LimitAlgorithm::of);

	/**
	 * Return the arithmetic of a limit.
	 * @param known what counts with the limit, or may have counted with another
	 */
	LimitAlgorithm of(Limit limit, @Nullable KeptCounter known) {
		return (known != null && isOf(known.algorithm(), limit)) ? known.algorithm() : this.algorithms.of(limit);
	}

	private static boolean isOf(LimitAlgorithm algorithm, Limit limit) {
		return algorithm.limit() == limit || algorithm.limit().equals(limit);
	}

}
