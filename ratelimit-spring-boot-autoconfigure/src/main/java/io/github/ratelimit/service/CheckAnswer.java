package io.github.ratelimit.service;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;

import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.Outcome;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.TierUse;
import io.github.ratelimit.tier.TierRateLimiters;
import io.github.ratelimit.web.http.HeaderField;
import io.github.ratelimit.web.http.PolicyStatus;
import io.github.ratelimit.web.http.RateLimitHeaders;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes decisions. What is told of limits is told of the tightest.
 */
final class CheckAnswer {

	private static final long NANOS_OF_MILLI = 1_000_000;

	private static final String ERROR = "error";

	private static final String UNAVAILABLE = "unavailable";

	private final TierRateLimiters limiters;

	private final RateLimitHeaders headers;

	private final InstantSource clock;

	CheckAnswer(TierRateLimiters limiters, RateLimitHeaders headers, InstantSource clock) {
		this.limiters = limiters;
		this.headers = headers;
		this.clock = clock;
	}

	/**
	 * Return a decision; what the failure mode refuses, because nobody can decide, says
	 * so: it looks like what is never allowed otherwise.
	 */
	ObjectNode toTree(TierUse use, RateLimitDecision decision) {
		ObjectNode tree = toTree(use, decision.allowed(), decision.tightest(),
				(decision.allowed()) ? Duration.ZERO : (decision.limits().isEmpty()) ? null : decision.retryAfter());
		return (decision.outcome() == Outcome.UNAVAILABLE) ? tree.put(ERROR, UNAVAILABLE) : tree;
	}

	/**
	 * Return what is told of a check that was not asked for, because others were refused.
	 */
	ObjectNode unasked(TierUse use, boolean allowed) {
		return toTree(use, allowed, null, null);
	}

	private ObjectNode toTree(TierUse use, boolean allowed, @Nullable LimitStatus tightest, @Nullable Duration wait) {
		Limit limit = (tightest != null) ? tightest.limit() : inForce(use);
		ObjectNode body = ServiceJson.object().put("allowed", allowed);
		body.put("remaining", (tightest != null) ? tightest.remaining() : null);
		body.put("retry_after_ms", (wait != null) ? millisRoundedUp(wait) : null);
		body.put("limit", limit.burst());
		body.putPOJO("window", ServiceJson.seconds(limit.rate().window()));
		body.put("reset_at", (tightest != null) ? ServiceJson.epochSeconds(reset(tightest)) : null);
		return body;
	}

	/**
	 * Return the limit that gives least, where nobody can tell what is left.
	 */
	private Limit inForce(TierUse use) {
		return this.limiters.limits(use.tier(), use.key(), plans(use))
			.settings()
			.limits()
			.stream()
			.min(Comparator.comparingLong(Limit::burst))
			.orElseThrow();
	}

	static List<String> plans(TierUse use) {
		return (use.plan() != null) ? List.of(use.plan()) : List.of();
	}

	private static long millisRoundedUp(Duration wait) {
		return wait.plusNanos(NANOS_OF_MILLI - 1).toMillis();
	}

	Instant reset(LimitStatus status) {
		return this.clock.instant().plus(status.resetAfter());
	}

	List<HeaderField> headers(TierUse use, RateLimitDecision decision) {
		return this.headers.fields(PolicyStatus.of(use.tier(), decision), this.clock.instant());
	}

}
