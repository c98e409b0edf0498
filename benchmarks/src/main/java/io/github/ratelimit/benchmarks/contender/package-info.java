/**
 * The limiters that are compared, each asked in the same way.
 */
@NullMarked
package io.github.ratelimit.benchmarks.contender;

import org.jspecify.annotations.NullMarked;
