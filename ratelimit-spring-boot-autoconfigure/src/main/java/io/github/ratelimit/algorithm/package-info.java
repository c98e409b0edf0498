/**
 * The arithmetic of limits as pure functions: from a state, a time and a cost to a
 * decision and the next state. On whole numbers, the same here and in Lua.
 */
@NullMarked
package io.github.ratelimit.algorithm;

import org.jspecify.annotations.NullMarked;
