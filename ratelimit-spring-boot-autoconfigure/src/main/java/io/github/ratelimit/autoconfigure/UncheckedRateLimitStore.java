package io.github.ratelimit.autoconfigure;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.ratelimit.Counter;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitStore;

/**
 * The store while the limiter is switched off, for code that asks a limiter all the same:
 * lets everything pass and counts nothing.
 */
final class UncheckedRateLimitStore implements RateLimitStore {

	@Override
	public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
		return CompletableFuture.completedFuture(RateLimitDecision.unchecked(DecisionSource.NONE));
	}

	@Override
	public CompletionStage<Void> reset(List<Counter> counters) {
		return CompletableFuture.completedFuture(null);
	}

}
