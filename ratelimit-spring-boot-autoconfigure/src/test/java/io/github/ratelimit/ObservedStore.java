package io.github.ratelimit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

import io.github.ratelimit.store.memory.InMemoryRateLimitStore;

/**
 * A store in memory, with a clock that stands still unless it is moved, which remembers
 * what it was asked and fails where the test says so.
 */
final class ObservedStore implements RateLimitStore {

	final AtomicLong microTime = new AtomicLong(1_000_000_000L);

	final List<RateLimitRequest> requests = Collections.synchronizedList(new ArrayList<>());

	final List<RateLimitSettlement> settlements = Collections.synchronizedList(new ArrayList<>());

	private final RateLimitStore memory = InMemoryRateLimitStore.create(1_000, this.microTime::get);

	/**
	 * Answer to each request, in place of that of the memory.
	 */
	CompletableFuture<RateLimitDecision> answer;

	/**
	 * Failure of a request, if it fails.
	 */
	Function<RateLimitRequest, RuntimeException> failing = (request) -> null;

	/**
	 * Answer to each settlement, which is then not made.
	 */
	CompletableFuture<Void> settled;

	@Override
	public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
		this.requests.add(request);
		RuntimeException failure = this.failing.apply(request);
		if (failure != null) {
			return CompletableFuture.failedFuture(failure);
		}
		return (this.answer != null) ? this.answer : this.memory.acquire(request);
	}

	@Override
	public CompletionStage<Void> settle(RateLimitSettlement settlement) {
		this.settlements.add(settlement);
		return (this.settled != null) ? this.settled : this.memory.settle(settlement);
	}

	@Override
	public CompletionStage<Void> reset(List<Counter> counters) {
		return this.memory.reset(counters);
	}

}
