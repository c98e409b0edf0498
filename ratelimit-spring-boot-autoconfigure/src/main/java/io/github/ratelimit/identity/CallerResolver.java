package io.github.ratelimit.identity;

import org.jspecify.annotations.Nullable;

/**
 * Finds out who makes the call in progress on this thread.
 */
@FunctionalInterface
public interface CallerResolver {

	/**
	 * Return who is calling.
	 * @return the caller, {@code null} if this resolver cannot tell
	 */
	@Nullable Caller resolve();

}
