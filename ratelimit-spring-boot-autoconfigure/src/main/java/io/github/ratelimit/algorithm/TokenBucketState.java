package io.github.ratelimit.algorithm;

/**
 * What is kept of one bucket between requests. Immutable.
 *
 * @param atMicros when this was written, microseconds since the epoch
 * @param spent parts that were missing from a full bucket at that time; beyond the
 * capacity they are debt, by settlements of more than was left
 * @param partsPerUnit how many parts made one unit when this was written
 * @param sinceMicros since when nothing was given back by a settlement, at the earliest
 * when the bucket was last written while nothing was missing
 * @param surplus parts that larger buckets under the same key lacked more than this
 * @param capacity parts of a full bucket when this was written
 */
public record TokenBucketState(long atMicros, long spent, long partsPerUnit, long sinceMicros, long surplus,
		long capacity) implements LimitState {

}
