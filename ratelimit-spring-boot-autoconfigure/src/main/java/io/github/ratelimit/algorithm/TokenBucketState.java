package io.github.ratelimit.algorithm;

/**
 * What is kept of one bucket between requests. Immutable.
 *
 * @param atMicros when this was written, microseconds since the epoch
 * @param spent parts that were missing from a full bucket at that time
 * @param partsPerUnit how many parts made one unit when this was written
 */
public record TokenBucketState(long atMicros, long spent, long partsPerUnit) {

}
