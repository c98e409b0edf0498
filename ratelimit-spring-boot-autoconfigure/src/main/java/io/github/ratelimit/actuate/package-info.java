/**
 * What operators see: the endpoint and the health of the store.
 */
@NullMarked
package io.github.ratelimit.actuate;

import org.jspecify.annotations.NullMarked;
