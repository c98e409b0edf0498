/**
 * The API: limits, limiters, decisions, and the store they are kept in.
 * <p>
 * An application meets {@link io.github.ratelimit.RateLimiterRegistry} and
 * {@link io.github.ratelimit.RateLimiter}; a backend implements
 * {@link io.github.ratelimit.RateLimitStore}. Nothing here knows of Spring, HTTP or
 * Redis.
 */
@NullMarked
package io.github.ratelimit;

import org.jspecify.annotations.NullMarked;
