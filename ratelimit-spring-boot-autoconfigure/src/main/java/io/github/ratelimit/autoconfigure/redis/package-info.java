/**
 * Auto-configuration of the store in Redis: which one, if any, and the connection to it.
 */
@NullMarked
package io.github.ratelimit.autoconfigure.redis;

import org.jspecify.annotations.NullMarked;
