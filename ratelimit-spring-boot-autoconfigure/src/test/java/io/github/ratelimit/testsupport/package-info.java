/**
 * What tests need to run against a real Redis, wherever they run.
 */
@NullMarked
package io.github.ratelimit.testsupport;

import org.jspecify.annotations.NullMarked;
