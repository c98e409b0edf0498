package io.github.ratelimit;

/**
 * Who decided.
 */
public enum DecisionSource {

	/**
	 * Redis, for all instances of the application.
	 */
	REDIS,

	/**
	 * The memory of this instance, because that is the store.
	 */
	MEMORY,

	/**
	 * This instance, by units that it drew from Redis in advance
	 * ({@link LimitMode#LEASED}).
	 */
	LEASE,

	/**
	 * This instance, by a refusal of Redis that still holds.
	 */
	REFUSAL_CACHE,

	/**
	 * A store of the application's own.
	 */
	CUSTOM,

	/**
	 * The {@linkplain FailureMode failure mode}, because the store could not be asked.
	 */
	FAILURE_MODE,

	/**
	 * Nobody, because the limiter is switched off.
	 */
	NONE

}
