package io.github.ratelimit.algorithm;

/**
 * A window of time.
 *
 * @param startMicros its beginning, microseconds since the epoch
 * @param endMicros its end, which is the next one's beginning
 */
public record Window(long startMicros, long endMicros) {

}
