package io.github.ratelimit;

import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Where the circuit breaker before a store stands.
 *
 * @param state whether the store is asked
 * @param failures times in a row the store could not decide, up to now
 * @param untilNextTry time until the store is asked whether it decides again, zero if it
 * is being asked; {@code null} while the circuit breaker is closed
 * @param lastFailure why the store could not decide when it was last asked, for people to
 * read and without secrets; {@code null} if it could
 */
public record CircuitBreakerStatus(State state, int failures, @Nullable Duration untilNextTry,
		@Nullable String lastFailure) {

	/**
	 * Check the status.
	 */
	public CircuitBreakerStatus {
		Objects.requireNonNull(state, "state must not be null");
	}

	/**
	 * Create the status where nothing is known of failures but how many there were.
	 * @param state whether the store is asked
	 * @param failures times in a row the store could not decide
	 * @param untilNextTry time until the store is asked again, or {@code null}
	 */
	public CircuitBreakerStatus(State state, int failures, @Nullable Duration untilNextTry) {
		this(state, failures, untilNextTry, null);
	}

	/**
	 * Whether the store is asked.
	 */
	public enum State {

		/**
		 * The store is asked.
		 */
		CLOSED,

		/**
		 * The store is not asked: every request follows its failure mode.
		 */
		OPEN,

		/**
		 * The store is asked once, in the background, whether it decides again; every
		 * request still follows its failure mode.
		 */
		HALF_OPEN

	}

}
