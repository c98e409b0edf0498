/**
 * The arithmetic of limits as pure functions: from a state, a time and a cost to a
 * decision and the next state. On whole numbers, the same here and in Lua. What follows
 * from a limit alone is worked out once.
 */
@NullMarked
package io.github.ratelimit.algorithm;

import org.jspecify.annotations.NullMarked;
