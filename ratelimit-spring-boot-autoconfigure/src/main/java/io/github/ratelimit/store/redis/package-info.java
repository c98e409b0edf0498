/**
 * The store that keeps counts in Redis, for all instances of an application; its scripts
 * stand beside it as {@code .lua} resources.
 */
@NullMarked
package io.github.ratelimit.store.redis;

import org.jspecify.annotations.NullMarked;
