/**
 * What the shared store has refused, answered without asking it again while that holds.
 */
@NullMarked
package io.github.ratelimit.refusal;

import org.jspecify.annotations.NullMarked;
