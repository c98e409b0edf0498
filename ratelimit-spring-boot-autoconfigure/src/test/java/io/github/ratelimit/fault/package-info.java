/**
 * Tests of an application whose Redis fails, for real and under load.
 */
@NullMarked
package io.github.ratelimit.fault;

import org.jspecify.annotations.NullMarked;
