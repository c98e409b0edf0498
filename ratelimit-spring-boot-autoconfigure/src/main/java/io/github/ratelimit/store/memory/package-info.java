/**
 * The store that keeps counts in the memory of one process, bounded.
 */
@NullMarked
package io.github.ratelimit.store.memory;

import org.jspecify.annotations.NullMarked;
