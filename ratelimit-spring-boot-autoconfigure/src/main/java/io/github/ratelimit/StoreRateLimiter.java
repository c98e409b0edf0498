package io.github.ratelimit;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * A {@link RateLimiter} that asks a store and tells a listener.
 */
final class StoreRateLimiter implements RateLimiter {

	private final RateLimiterSettings settings;

	private final RateLimitStore store;

	private final RateLimitListener listener;

	private final LongSupplier nanoTime;

	StoreRateLimiter(RateLimiterSettings settings, RateLimitStore store, RateLimitListener listener,
			LongSupplier nanoTime) {
		this.settings = Objects.requireNonNull(settings, "settings must not be null");
		this.store = Objects.requireNonNull(store, "store must not be null");
		this.listener = Objects.requireNonNull(listener, "listener must not be null");
		this.nanoTime = Objects.requireNonNull(nanoTime, "nanoTime must not be null");
	}

	@Override
	public String getName() {
		return this.settings.name();
	}

	@Override
	public RateLimitDecision tryAcquire(String key, long cost) {
		RateLimitRequest request = this.settings.request(key, cost);
		long start = (cost > 0) ? this.nanoTime.getAsLong() : 0;
		return decided(key, cost, start, await(this.store.acquire(request)));
	}

	@Override
	public CompletionStage<RateLimitDecision> tryAcquireAsync(String key, long cost) {
		RateLimitRequest request = this.settings.request(key, cost);
		long start = (cost > 0) ? this.nanoTime.getAsLong() : 0;
		CompletableFuture<RateLimitDecision> answer = this.store.acquire(request).toCompletableFuture();
		if (answer.isDone()) {
			return answer.thenApply((decision) -> decided(key, cost, start, decision));
		}
		// What the caller does next must not hold up the thread that answers everybody
		return answer.thenApplyAsync((decision) -> decided(key, cost, start, decision));
	}

	private RateLimitDecision decided(String key, long cost, long start, RateLimitDecision decision) {
		RateLimitDecision enforced = decision.under(this.settings.enforcement());
		if (cost > 0) {
			this.listener.onDecision(new RateLimitEvent(getName(), this.settings.plan(), key, cost, enforced,
					Duration.ofNanos(this.nanoTime.getAsLong() - start)));
		}
		return enforced;
	}

	@Override
	public void reset(String key) {
		await(resetAsync(key));
	}

	@Override
	public CompletionStage<Void> resetAsync(String key) {
		return this.store.reset(this.settings.request(key, 0));
	}

	/**
	 * Wait for the store, which answers in bounded time.
	 */
	private static <T> T await(CompletionStage<T> stage) {
		try {
			return stage.toCompletableFuture().join();
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof RuntimeException cause) {
				throw cause;
			}
			throw ex;
		}
	}

}
