package io.github.ratelimit;

import java.util.List;
import java.util.Objects;

/**
 * What a store is asked: may this cost be charged to these counters, all or none.
 *
 * @param counters the counters, at present exactly one
 * @param cost units to charge to each, not negative; 0 asks without charging
 * @param failureMode what to do where the store cannot decide
 */
public record RateLimitRequest(List<Counter> counters, long cost, FailureMode failureMode) {

	/**
	 * Check the request.
	 * @throws IllegalArgumentException if there is not exactly one counter or the cost is
	 * negative
	 */
	public RateLimitRequest {
		counters = List.copyOf(counters);
		Objects.requireNonNull(failureMode, "failureMode must not be null");
		if (counters.size() != 1) {
			throw new IllegalArgumentException("A request is charged to exactly one counter, not " + counters.size());
		}
		if (cost < 0) {
			throw new IllegalArgumentException("A cost must not be negative, but is " + cost);
		}
	}

}
