package io.github.ratelimit.algorithm;

/**
 * A charge that was made.
 *
 * @param atMicros when, microseconds since the epoch
 * @param cost units that were charged
 * @param fullAtMicros when all units would have been back, had nothing more been charged
 */
public record Charged(long atMicros, long cost, long fullAtMicros) {

}
