package io.github.ratelimit.observation;

import java.time.Duration;
import java.util.List;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.Outcome;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitEvent;

/**
 * Decisions to tell listeners of.
 */
final class Events {

	private static final Limit LIMIT = Limit.of("2/s");

	private Events() {
	}

	static RateLimitEvent allowed(String tier, String plan, String key) {
		return event(tier, plan, key, decision(Outcome.ALLOWED, DecisionSource.MEMORY), Duration.ofMillis(1));
	}

	static RateLimitEvent decided(Outcome outcome, DecisionSource source) {
		return event("ai", "anonymous", "user:alice", decision(outcome, source), Duration.ofMillis(1));
	}

	static RateLimitEvent took(Duration elapsed) {
		return event("ai", "anonymous", "user:alice", decision(Outcome.ALLOWED, DecisionSource.MEMORY), elapsed);
	}

	private static RateLimitEvent event(String tier, String plan, String key, RateLimitDecision decision,
			Duration elapsed) {
		return new RateLimitEvent(tier, plan, key, 1, decision, elapsed);
	}

	private static RateLimitDecision decision(Outcome outcome, DecisionSource source) {
		return switch (outcome) {
			case UNCHECKED -> RateLimitDecision.unchecked(DecisionSource.FAILURE_MODE);
			case UNAVAILABLE -> RateLimitDecision.unavailable();
			case ALLOWED -> new RateLimitDecision(outcome,
					List.of(new LimitStatus(LIMIT, false, 1, Duration.ZERO, Duration.ZERO)), source);
			case REFUSED, SHADOW_REFUSED -> new RateLimitDecision(outcome,
					List.of(new LimitStatus(LIMIT, true, 0, Duration.ofMillis(500), Duration.ofSeconds(1))), source);
		};
	}

}
