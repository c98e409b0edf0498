package io.github.ratelimit.refusal;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.ratelimit.Counter;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory that takes itself for a shared one, and counts how often it is asked.
 */
final class SharedStub implements RateLimitStore {

	private final InMemoryRateLimitStore memory;

	DecisionSource source = DecisionSource.REDIS;

	int asked;

	/**
	 * What is decided at once.
	 */
	@Nullable RateLimitDecision atOnce;

	/**
	 * Whether counters are reset when that is asked.
	 */
	boolean resets = true;

	/**
	 * What holds answers back that are made already.
	 */
	CompletableFuture<Void> wire = CompletableFuture.completedFuture(null);

	SharedStub(ManualClock clock) {
		this.memory = InMemoryRateLimitStore.create(10_000, clock::micros);
	}

	@Override
	public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
		this.asked++;
		return this.memory.acquire(request)
			.thenApply((decision) -> decision.withSource(this.source))
			.thenCombine(this.wire, (decision, through) -> decision);
	}

	@Override
	public @Nullable RateLimitDecision acquireNow(String name, String key, Limit limit, long cost) {
		return this.atOnce;
	}

	@Override
	public CompletionStage<Void> settle(RateLimitSettlement settlement) {
		return this.memory.settle(settlement).thenCombine(this.wire, (done, through) -> done);
	}

	@Override
	public CompletionStage<Void> reset(List<Counter> counters) {
		return ((this.resets) ? this.memory.reset(counters) : CompletableFuture.<Void>completedFuture(null))
			.thenCombine(this.wire, (done, through) -> done);
	}

}
