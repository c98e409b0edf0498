package io.github.ratelimit.autoconfigure;

import java.time.Duration;
import java.util.function.IntSupplier;

import io.github.ratelimit.RateLimitStore;

/**
 * A store that several instances of the application use, and how it was chosen.
 *
 * @param store the store
 * @param instances how many instances of the application use it, as last seen
 * @param deadline how long a decision waits for it
 * @param description where it is and why that one, for the log, without secrets
 */
public record SharedStore(RateLimitStore store, IntSupplier instances, Duration deadline, String description) {

}
