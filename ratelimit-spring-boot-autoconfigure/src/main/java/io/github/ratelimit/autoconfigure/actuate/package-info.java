/**
 * Auto-configuration of the endpoint and of the health of the store.
 */
@NullMarked
package io.github.ratelimit.autoconfigure.actuate;

import org.jspecify.annotations.NullMarked;
