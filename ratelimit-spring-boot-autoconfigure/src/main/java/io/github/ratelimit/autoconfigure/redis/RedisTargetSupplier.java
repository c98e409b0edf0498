package io.github.ratelimit.autoconfigure.redis;

import org.jspecify.annotations.Nullable;

/**
 * Names a Redis by a way of configuration that need not be on the class path.
 */
@FunctionalInterface
interface RedisTargetSupplier {

	@Nullable RedisTarget get();

}
