package io.github.ratelimit.resilience;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import org.jspecify.annotations.Nullable;

/**
 * A request for the shared store that pays what is owed to it besides.
 */
final class HandOver {

	private final RateLimitRequest request;

	private final @Nullable Consumer<Boolean> end;

	private final @Nullable CompletableFuture<@Nullable Void> underWay;

	private HandOver(RateLimitRequest request, @Nullable Consumer<Boolean> end,
			@Nullable CompletableFuture<@Nullable Void> underWay) {
		this.request = request;
		this.end = end;
		this.underWay = underWay;
	}

	/**
	 * Return a request that pays.
	 * @param request the request
	 * @param end what to do when it is answered, told whether it has paid
	 */
	static HandOver paying(RateLimitRequest request, Consumer<Boolean> end) {
		return new HandOver(request, end, null);
	}

	/**
	 * Return a request that the shared store must not be asked now.
	 * @param request the request
	 * @param underWay when the request that hands over, if there is one, is answered
	 */
	static HandOver held(RateLimitRequest request, @Nullable CompletableFuture<@Nullable Void> underWay) {
		return new HandOver(request, null, underWay);
	}

	/**
	 * Return whether the shared store must not be asked now.
	 */
	boolean isHeld() {
		return this.end == null;
	}

	/**
	 * Return when the request that hands over, if there is one, is answered.
	 */
	CompletableFuture<@Nullable Void> free() {
		return (this.underWay != null) ? this.underWay.copy() : CompletableFuture.completedFuture(null);
	}

	RateLimitRequest request() {
		return this.request;
	}

	/**
	 * Forget what was paid, or may have been: it is not handed over twice. What was
	 * refused, or not asked at all, stays owed.
	 */
	void answered(@Nullable RateLimitDecision decision, @Nullable Throwable error) {
		if (this.end != null) {
			this.end.accept((decision != null) ? decision.allowed() : !(error instanceof CallNotPermittedException));
		}
	}

}
