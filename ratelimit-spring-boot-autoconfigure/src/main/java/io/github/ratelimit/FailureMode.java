package io.github.ratelimit;

/**
 * What happens to a request while the shared store cannot decide.
 */
public enum FailureMode {

	/**
	 * Decide in the memory of this instance, by its share of the limit.
	 */
	LOCAL,

	/**
	 * Admit, and count the request as unchecked.
	 */
	OPEN,

	/**
	 * Refuse as unavailable: over HTTP, 503 and not 429.
	 */
	CLOSED

}
