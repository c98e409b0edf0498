package io.github.ratelimit;

import java.time.Duration;

/**
 * A request that was decided.
 *
 * @param tier name of the limiter, for a tier the tier's name
 * @param plan plan the limits were taken from
 * @param key whose count it is
 * @param cost units asked, at least 1
 * @param decision the decision
 * @param elapsed how long it took to decide
 */
public record RateLimitEvent(String tier, String plan, String key, long cost, RateLimitDecision decision,
		Duration elapsed) {

}
