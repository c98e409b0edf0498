package io.github.ratelimit;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

/**
 * Where counts are kept and decisions are made. A backend of an application's own
 * implements this.
 * <p>
 * A store is safe for use by many threads. It makes each decision atomically: of calls
 * that come at the same time, in whatever instance, no more are allowed than the limits
 * have units. It makes all charges of an allowed request, once, and of a refused one
 * none. A stage that it returns completes in bounded time, exceptionally if the store
 * cannot decide; callers must not do lasting work on the thread that completes it. A
 * limit that the store cannot count is an {@link IllegalArgumentException}, in the stage
 * or thrown; what is kept of one counter and cannot be counted with, while the store
 * works, a {@link DamagedCounterException}.
 * <p>
 * A store of an application's own, a bean of this type, is asked as it is: what happens
 * where it cannot decide ({@link RateLimitRequest#failureMode()}) is its own affair, and
 * {@code FailureModeRateLimitStore} may be put around it. The tests that every store
 * passes are {@code io.github.ratelimit.contract.RateLimitStoreContract} in the test-jar
 * of {@code ratelimit-spring-boot-autoconfigure}.
 */
public interface RateLimitStore {

	/**
	 * Decide a request and, if it is allowed, charge it.
	 * @param request what is asked
	 * @return the decision, one status for each charge in their order; completed
	 * exceptionally if the store cannot decide
	 */
	CompletionStage<RateLimitDecision> acquire(RateLimitRequest request);

	/**
	 * Decide a request for one counter and, if it is allowed, charge it, where that can
	 * be done on this thread: without waiting, and without a call to anybody else.
	 * Callers ask this first, and {@link #acquire(RateLimitRequest)} where it has no
	 * answer.
	 * @param name name of the limiter
	 * @param key whose count it is
	 * @param limit the limit
	 * @param cost units, at least 1
	 * @return the decision, {@code null} if it cannot be made so, as by default
	 */
	default @Nullable RateLimitDecision acquireNow(String name, String key, Limit limit, long cost) {
		return null;
	}

	/**
	 * Make charges what they should have been: give back what is too much, or charge more
	 * even if no units are left.
	 * <p>
	 * Bound to what was charged: of units that have come back by themselves since, or of
	 * a window that is over, nothing is given back a second time or charged any more. So
	 * no limit ever admits more than it does where the request had cost that much at
	 * once. A store that cannot settle returns decisions without
	 * {@link RateLimitDecision#chargedAt()}, and need not implement this.
	 * @param settlement what was charged and what it has cost; not asked twice for one
	 * request
	 * @return completed when done, exceptionally if the store could not
	 */
	default CompletionStage<Void> settle(RateLimitSettlement settlement) {
		return CompletableFuture.failedFuture(
				new UnsupportedOperationException("Store of kind " + status().kind() + " does not settle charges"));
	}

	/**
	 * Forget what was charged to counters, so that they are full again.
	 * @param counters the counters
	 * @return completed when done, exceptionally if the store could not
	 */
	CompletionStage<Void> reset(List<Counter> counters);

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
