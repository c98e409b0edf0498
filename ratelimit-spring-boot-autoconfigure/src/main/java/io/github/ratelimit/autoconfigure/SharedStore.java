package io.github.ratelimit.autoconfigure;

import java.time.Duration;

import io.github.ratelimit.RateLimitStore;

/**
 * A store that several instances of the application use, and how it was chosen.
 *
 * @param store the store
 * @param deadline how long a decision waits for it
 * @param description where it is and why that one, for the log, without secrets
 */
public record SharedStore(RateLimitStore store, Duration deadline, String description) {

}
