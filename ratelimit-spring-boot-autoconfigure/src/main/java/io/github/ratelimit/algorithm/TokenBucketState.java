package io.github.ratelimit.algorithm;

/**
 * What is kept of one bucket between requests. Immutable.
 *
 * @param atMicros when this was written, microseconds since the epoch
 * @param spent parts that were missing from a full bucket at that time
 * @param partsPerUnit how many parts made one unit when this was written
 * @param debt parts that were missing beyond that, by settlements of more than was left
 * @param sinceMicros since when nothing was given back by a settlement, at the earliest
 * when the bucket was last written while nothing was missing
 */
public record TokenBucketState(long atMicros, long spent, long partsPerUnit, long debt,
		long sinceMicros) implements LimitState {

}
