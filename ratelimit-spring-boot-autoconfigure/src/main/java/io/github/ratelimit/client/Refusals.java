package io.github.ratelimit.client;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.Outcome;
import io.github.ratelimit.Rate;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitExceededException;
import org.jspecify.annotations.Nullable;

/**
 * Refusals of the service, as the limiter's own refusals are thrown.
 */
final class Refusals {

	private Refusals() {
	}

	/**
	 * Return the exception that a refusal is. Its limit is known by its numbers only, not
	 * by how it is counted.
	 */
	static RateLimitExceededException exception(ServiceCheck check, ServiceDecision refusal) {
		String name = check.limitKeyOrGlobal();
		return new RateLimitExceededException(name, decision(name, refusal));
	}

	private static RateLimitDecision decision(String name, ServiceDecision refusal) {
		if (refusal.outcome() == Outcome.UNAVAILABLE) {
			return RateLimitDecision.unavailable();
		}
		if (!isTold(refusal)) {
			return new RateLimitDecision(refusal.outcome(), List.of(), DecisionSource.CUSTOM);
		}
		Limit limit = Limit.of(refusal.limit(), Objects.requireNonNull(refusal.window()))
			.withName((Limit.isName(name)) ? name : Limit.DEFAULT_NAME);
		long remaining = Math.max(0, Math.min(refusal.remaining(), refusal.limit()));
		LimitStatus status = new LimitStatus(limit, true, remaining, refusal.retryAfter(),
				resetAfter(refusal.resetAt()));
		return RateLimitDecision.of(List.of(status), DecisionSource.CUSTOM);
	}

	private static boolean isTold(ServiceDecision refusal) {
		Duration window = refusal.window();
		return refusal.limit() > 0 && window != null && !window.isZero() && window.compareTo(Rate.MAX_WINDOW) <= 0;
	}

	private static Duration resetAfter(@Nullable Instant resetAt) {
		Duration after = (resetAt != null) ? Duration.between(Instant.now(), resetAt) : Duration.ZERO;
		return (after.isNegative()) ? Duration.ZERO : after;
	}

}
