package io.github.ratelimit;

import java.time.Duration;
import java.util.Objects;
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
		return await(tryAcquireAsync(key, cost));
	}

	@Override
	public CompletionStage<RateLimitDecision> tryAcquireAsync(String key, long cost) {
		RateLimitRequest request = this.settings.request(key, cost);
		if (cost == 0) {
			return this.store.acquire(request).thenApply((decision) -> decision.under(this.settings.enforcement()));
		}
		long start = this.nanoTime.getAsLong();
		return this.store.acquire(request).thenApply((decision) -> {
			RateLimitDecision enforced = decision.under(this.settings.enforcement());
			this.listener.onDecision(new RateLimitEvent(getName(), this.settings.plan(), key, cost, enforced,
					Duration.ofNanos(this.nanoTime.getAsLong() - start)));
			return enforced;
		});
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
