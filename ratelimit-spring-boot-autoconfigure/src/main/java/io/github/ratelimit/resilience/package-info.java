/**
 * What happens while the shared store cannot decide: a store around another one.
 */
@NullMarked
package io.github.ratelimit.resilience;

import org.jspecify.annotations.NullMarked;
