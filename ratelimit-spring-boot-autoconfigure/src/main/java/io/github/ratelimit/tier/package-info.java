/**
 * Tiers and plans: which limit holds for this caller now.
 */
@NullMarked
package io.github.ratelimit.tier;

import org.jspecify.annotations.NullMarked;
