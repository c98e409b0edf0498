package io.github.ratelimit;

import java.util.concurrent.CompletionStage;

/**
 * Where counts are kept and decisions are made. A backend of an application's own
 * implements this.
 * <p>
 * A store is safe for use by many threads. It makes each decision atomically: of calls
 * that come at the same time, in whatever instance, no more are allowed than the limit
 * has units. It charges an allowed request once, and a refused one nothing. A stage that
 * it returns completes in bounded time, exceptionally if the store cannot decide; callers
 * must not do lasting work on the thread that completes it.
 * <p>
 * A store of an application's own, a bean of this type, is asked as it is: what happens
 * where it cannot decide ({@link RateLimitRequest#failureMode()}) is its own affair, and
 * {@code FailureModeRateLimitStore} may be put around it.
 */
public interface RateLimitStore {

	/**
	 * Decide a request and, if it is allowed, charge it.
	 * @param request what is asked
	 * @return the decision, one status for each counter in their order; completed
	 * exceptionally if the store cannot decide
	 */
	CompletionStage<RateLimitDecision> acquire(RateLimitRequest request);

	/**
	 * Forget what was charged to the request's counters, so that they are full again.
	 * @param request the counters; cost and failure mode have no meaning here
	 * @return completed when done, exceptionally if the store could not
	 */
	CompletionStage<Void> reset(RateLimitRequest request);

	/**
	 * Return what is known of the store now, for people to read. May ask the backend and
	 * wait for it briefly.
	 * @return the status, by default that of a store of kind {@code custom} that is
	 * connected
	 */
	default StoreStatus status() {
		return StoreStatus.connected("custom");
	}

}
