/**
 * Units that this instance draws from the shared store in advance, and what it admits
 * from them.
 */
@NullMarked
package io.github.ratelimit.lease;

import org.jspecify.annotations.NullMarked;
