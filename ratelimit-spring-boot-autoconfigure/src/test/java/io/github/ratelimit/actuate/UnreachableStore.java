package io.github.ratelimit.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.ratelimit.CircuitBreakerStatus;
import io.github.ratelimit.Counter;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.StoreStatus;

/**
 * A store that cannot do anything.
 */
final class UnreachableStore implements RateLimitStore {

	static final Instant DEGRADED_SINCE = Instant.parse("2026-01-01T12:00:00Z");

	static final CircuitBreakerStatus OPEN = new CircuitBreakerStatus(CircuitBreakerStatus.State.OPEN, 5,
			Duration.ofNanos(6_400_100_200L), "java.net.ConnectException: Connection refused");

	@Override
	public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
		return CompletableFuture.failedFuture(new IllegalStateException("No connection"));
	}

	@Override
	public CompletionStage<Void> reset(List<Counter> counters) {
		return CompletableFuture.failedFuture(new IllegalStateException("No connection"));
	}

	@Override
	public StoreStatus status() {
		return new StoreStatus("redis", false, "redis.example.org:6379", "7.0.15")
			.withCircuitBreaker(OPEN, DEGRADED_SINCE)
			.withInstances(3)
			.withWarnings(List.of("maxmemory-policy is allkeys-lru"));
	}

}
