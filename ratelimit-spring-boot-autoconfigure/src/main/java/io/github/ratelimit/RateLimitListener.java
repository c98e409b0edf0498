package io.github.ratelimit;

/**
 * Is told of decisions, after each. Beans of this type are found by the starter.
 * <p>
 * Called by many threads at once: on that of the caller or, for the asynchronous forms,
 * one of {@link java.util.concurrent.CompletableFuture}'s default executor; for errors on
 * one of the store's or of that executor, perhaps after the decision, and a listener that
 * is too slow for them misses some. A listener's first exception is logged; none changes
 * a decision.
 */
public interface RateLimitListener {

	/**
	 * A request was decided. Requests that only ask (cost 0) are not told.
	 * @param event what was decided
	 */
	default void onDecision(RateLimitEvent event) {
	}

	/**
	 * Return whether decisions of an outcome are of no interest: this listener is not
	 * told of them, and no event is made of those that all listeners ignore. Asked for
	 * each decision, so it must not block.
	 * @param outcome what is decided
	 * @return {@code true} if it need not be told, by default {@code false}
	 */
	default boolean ignores(Outcome outcome) {
		return false;
	}

	/**
	 * The store could not do what it was asked. Where that was to decide, the failure
	 * mode's decision follows as an event of its own.
	 * @param operation what it was asked: {@code acquire}, {@code settle}, {@code reset}
	 * @param error why it could not
	 */
	default void onStoreError(String operation, Throwable error) {
	}

}
