/**
 * Auto-configuration of the client of a rate limit service.
 */
@NullMarked
package io.github.ratelimit.autoconfigure.client;

import org.jspecify.annotations.NullMarked;
