package io.github.ratelimit;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What a store is asked: may these charges be made, all or none.
 *
 * @param charges the charges, at least one, each to another counter
 * @param failureMode what to do where the store cannot decide
 */
public record RateLimitRequest(List<Charge> charges, FailureMode failureMode) {

	/**
	 * Check the request.
	 * @throws IllegalArgumentException if there is no charge, or two are to one counter
	 */
	public RateLimitRequest {
		charges = List.copyOf(charges);
		Objects.requireNonNull(failureMode, "failureMode must not be null");
		if (charges.isEmpty()) {
			throw new IllegalArgumentException("A request needs at least one charge");
		}
		if (charges.size() > 1) {
			requireDistinct(charges);
		}
	}

	private static void requireDistinct(List<Charge> charges) {
		Set<Counter.Id> seen = new HashSet<>();
		for (Charge charge : charges) {
			if (!seen.add(charge.counter().id())) {
				throw new IllegalArgumentException("A request cannot charge one counter twice: " + charge.counter());
			}
		}
	}

	/**
	 * Return whether the request only asks.
	 * @return {@code true} if every cost is 0
	 */
	public boolean isPeek() {
		for (Charge charge : this.charges) {
			if (charge.cost() > 0) {
				return false;
			}
		}
		return true;
	}

}
