package io.github.ratelimit;

import java.time.Duration;

/**
 * A request that was decided. How long that took is a number, since one is made for each
 * decision that somebody is told of.
 *
 * @param tier name of the limiter, for a tier the tier's name
 * @param plan plan the limits were taken from
 * @param key whose count it is
 * @param cost units asked, at least 1
 * @param decision the decision
 * @param elapsedNanos how long it took to decide, in nanoseconds
 * @param beside whether this was only counted beside what decided the request, of which
 * there is an event of its own
 */
public record RateLimitEvent(String tier, String plan, String key, long cost, RateLimitDecision decision,
		long elapsedNanos, boolean beside) {

	/**
	 * Create an event of a request that was decided.
	 * @param tier name of the limiter, for a tier the tier's name
	 * @param plan plan the limits were taken from
	 * @param key whose count it is
	 * @param cost units asked, at least 1
	 * @param decision the decision
	 * @param elapsed how long it took to decide
	 */
	public RateLimitEvent(String tier, String plan, String key, long cost, RateLimitDecision decision,
			Duration elapsed) {
		this(tier, plan, key, cost, decision, elapsed.toNanos(), false);
	}

	/**
	 * Return how long it took to decide.
	 * @return the time
	 */
	public Duration elapsed() {
		return Duration.ofNanos(this.elapsedNanos);
	}

}
