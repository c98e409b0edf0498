package io.github.ratelimit.store.redis;

import java.nio.ByteBuffer;
import java.util.List;

import io.github.ratelimit.Limit;
import io.github.ratelimit.algorithm.Charged;
import io.github.ratelimit.algorithm.FixedWindow;
import io.github.ratelimit.algorithm.LimitAlgorithm;
import io.github.ratelimit.algorithm.Reading;
import io.github.ratelimit.algorithm.SlidingWindow;
import io.github.ratelimit.algorithm.SlidingWindowCounter;
import io.github.ratelimit.algorithm.TokenBucket;

/**
 * What scripts are told of one limit, and what they tell of it.
 */
sealed interface ScriptedLimit
		permits ScriptedTokenBucket, ScriptedFixedWindow, ScriptedSlidingWindow, ScriptedSlidingWindowCounter {

	static ScriptedLimit of(Limit limit) {
		LimitAlgorithm algorithm = LimitAlgorithm.of(limit);
		if (algorithm instanceof TokenBucket bucket) {
			return new ScriptedTokenBucket(bucket);
		}
		if (algorithm instanceof FixedWindow window) {
			return new ScriptedFixedWindow(window);
		}
		if (algorithm instanceof SlidingWindow window) {
			return new ScriptedSlidingWindow(window);
		}
		return new ScriptedSlidingWindowCounter((SlidingWindowCounter) algorithm);
	}

	/**
	 * Return the part that charges.
	 */
	ScriptPart acquirePart();

	/**
	 * Return the part that charges as the only one.
	 */
	default List<ScriptPart> acquireParts() {
		return List.of(acquirePart());
	}

	/**
	 * Return what the part that charges is told.
	 * @param aboutMicros about what the time is
	 */
	byte[] acquireArgument(long cost, long aboutMicros);

	/**
	 * Read what the part that charges tells.
	 */
	Reading read(ByteBuffer figures, long cost);

	/**
	 * Return the part that settles.
	 */
	ScriptPart settlePart();

	/**
	 * Add what the part that settles is told.
	 */
	void addSettleArguments(List<byte[]> arguments, Charged charged, long cost);

}
