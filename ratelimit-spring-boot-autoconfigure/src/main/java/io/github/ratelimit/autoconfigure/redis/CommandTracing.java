package io.github.ratelimit.autoconfigure.redis;

import io.lettuce.core.tracing.Tracing;

/**
 * What follows the limiter's commands to Redis: a bean of a type that the application's
 * own client does not ask for.
 *
 * @param tracing follows commands
 */
record CommandTracing(Tracing tracing) {

}
