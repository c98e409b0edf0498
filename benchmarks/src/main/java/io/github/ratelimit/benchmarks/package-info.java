/**
 * Measurements and pictures of the rate limiter, each a program of its own.
 */
@NullMarked
package io.github.ratelimit.benchmarks;

import org.jspecify.annotations.NullMarked;
