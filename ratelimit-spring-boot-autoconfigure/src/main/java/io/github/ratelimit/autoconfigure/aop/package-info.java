/**
 * Auto-configuration of {@link io.github.ratelimit.annotation.RateLimited @RateLimited}.
 */
@NullMarked
package io.github.ratelimit.autoconfigure.aop;

import org.jspecify.annotations.NullMarked;
