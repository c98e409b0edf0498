package io.github.ratelimit.client;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

import io.github.ratelimit.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one {@link ServiceCheck}.
 *
 * @param outcome what was decided
 * @param decidedBy who decided
 * @param limit units the tightest limit gives at most, -1 where nobody could tell
 * @param window time the limit is for, {@code null} where nobody could tell
 * @param remaining units left, -1 where nobody could tell
 * @param retryAfter least wait after which the same check would be allowed: zero if it
 * is, {@code null} if it never can be because its cost is above the limit, and where
 * nobody could tell
 * @param resetAt when all units are back, {@code null} where nobody could tell
 */
public record ServiceDecision(Outcome outcome, DecidedBy decidedBy, long limit, @Nullable Duration window,
		long remaining, @Nullable Duration retryAfter, @Nullable Instant resetAt) {

	/**
	 * Check the decision.
	 */
	public ServiceDecision {
		Objects.requireNonNull(outcome, "outcome must not be null");
		Objects.requireNonNull(decidedBy, "decidedBy must not be null");
	}

	/**
	 * Return the decision of somebody who cannot tell where the client stands.
	 * @param outcome what was decided
	 * @param decidedBy who decided
	 * @return the decision
	 */
	public static ServiceDecision untold(Outcome outcome, DecidedBy decidedBy) {
		return new ServiceDecision(outcome, decidedBy, -1, null, -1, (outcome.isAllowed()) ? Duration.ZERO : null,
				null);
	}

	/**
	 * Return whether the client may go on.
	 * @return {@code true} if it may
	 */
	public boolean allowed() {
		return this.outcome.isAllowed();
	}

	/**
	 * Who decided.
	 */
	public enum DecidedBy {

		/**
		 * The service, for all that ask it.
		 */
		SERVICE,

		/**
		 * The memory of this application, because the service could not be asked.
		 */
		LOCAL,

		/**
		 * Nobody: the failure mode says what becomes of checks while the service cannot
		 * be asked.
		 */
		FAILURE_MODE

	}

}
