package io.github.ratelimit.tier;

import java.util.Objects;

import io.github.ratelimit.identity.Caller;
import org.jspecify.annotations.Nullable;

/**
 * One use of something that a tier limits.
 *
 * @param tier name of the tier
 * @param endpoint name of the method or route that is used
 * @param key whose count it is, {@code null} to take it from the caller
 * @param cost units it takes, not negative
 * @param caller who is calling
 */
public record TierCall(String tier, String endpoint, @Nullable String key, long cost, Caller caller) {

	/**
	 * Check the call.
	 * @throws IllegalArgumentException if the cost is negative
	 */
	public TierCall {
		Objects.requireNonNull(tier, "tier must not be null");
		Objects.requireNonNull(endpoint, "endpoint must not be null");
		Objects.requireNonNull(caller, "caller must not be null");
		if (cost < 0) {
			throw new IllegalArgumentException("A cost must not be negative, but is " + cost);
		}
	}

}
