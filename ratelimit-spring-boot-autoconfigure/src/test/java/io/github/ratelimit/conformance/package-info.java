/**
 * The conformance vectors in the test resources, read into objects.
 */
@NullMarked
package io.github.ratelimit.conformance;

import org.jspecify.annotations.NullMarked;
