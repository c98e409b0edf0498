package io.github.ratelimit.tier;

import org.jspecify.annotations.Nullable;

/**
 * Finds what has been decided for the HTTP request in progress on this thread.
 */
@FunctionalInterface
public interface RequestDecisionsSource {

	/**
	 * Return what has been decided for the request in progress.
	 * @return the decisions, {@code null} if no HTTP request is in progress
	 */
	@Nullable RequestDecisions current();

}
