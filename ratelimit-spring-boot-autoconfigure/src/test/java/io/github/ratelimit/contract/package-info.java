/**
 * What every store has to do, as tests that a store's own tests extend.
 */
@NullMarked
package io.github.ratelimit.contract;

import org.jspecify.annotations.NullMarked;
