/**
 * The interceptor behind {@link io.github.ratelimit.annotation.RateLimited @RateLimited}.
 */
@NullMarked
package io.github.ratelimit.aop;

import org.jspecify.annotations.NullMarked;
