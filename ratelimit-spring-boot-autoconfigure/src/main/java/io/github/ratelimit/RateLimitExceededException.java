package io.github.ratelimit;

import java.io.Serial;
import java.time.Duration;
import java.util.Objects;

/**
 * Thrown where a request is refused and nobody handles the refusal: it was beyond a limit
 * ({@link Outcome#REFUSED}), or could not be checked and the failure mode is
 * {@link FailureMode#CLOSED} ({@link Outcome#UNAVAILABLE}).
 */
public class RateLimitExceededException extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1L;

	private final String tier;

	private final RateLimitDecision decision;

	/**
	 * Create the exception for a refusal.
	 * @param tier name of the limiter, for a tier the tier's name
	 * @param decision the refusal
	 */
	public RateLimitExceededException(String tier, RateLimitDecision decision) {
		super(message(tier, Objects.requireNonNull(decision, "decision must not be null")), null, false, false);
		this.tier = Objects.requireNonNull(tier, "tier must not be null");
		this.decision = decision;
	}

	private static String message(String tier, RateLimitDecision decision) {
		if (decision.outcome() == Outcome.UNAVAILABLE) {
			return "Rate limit '" + tier + "' cannot be checked at present";
		}
		return "Rate limit '" + tier + "' exceeded"
				+ ((decision.retryAfter() != null) ? ", please try again in " + seconds(decision.retryAfter()) : "");
	}

	/**
	 * Return a wait as answers over HTTP have it: in whole seconds, rounded up.
	 */
	private static String seconds(Duration wait) {
		long seconds = Math.max(1, wait.getSeconds() + ((wait.getNano() > 0) ? 1 : 0));
		return seconds + ((seconds != 1) ? " seconds" : " second");
	}

	/**
	 * Return the name of the limiter that refused.
	 * @return the name
	 */
	public String getTier() {
		return this.tier;
	}

	/**
	 * Return the refusal.
	 * @return the decision
	 */
	public RateLimitDecision getDecision() {
		return this.decision;
	}

}
