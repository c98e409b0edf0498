/**
 * A client of the rate limit service: asks another application over HTTP.
 */
@NullMarked
package io.github.ratelimit.client;

import org.jspecify.annotations.NullMarked;
