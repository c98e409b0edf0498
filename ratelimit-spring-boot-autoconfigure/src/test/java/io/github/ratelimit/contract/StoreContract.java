package io.github.ratelimit.contract;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitStore;
import org.jspecify.annotations.Nullable;

/**
 * What a store says of itself to its contract, and how it is asked.
 */
abstract class StoreContract {

	private static final int THREADS = 32;

	/**
	 * Names differ from test to test: a store may live longer than one.
	 */
	private final String name = "contract-" + UUID.randomUUID();

	/**
	 * Return the store to test. It may be the same for all tests.
	 * @return the store
	 */
	protected abstract RateLimitStore store();

	/**
	 * Return who decides, according to the store.
	 * @return the source
	 */
	protected abstract DecisionSource source();

	/**
	 * Return whether the store settles charges.
	 * @return {@code true} unless said otherwise
	 */
	protected boolean settles() {
		return true;
	}

	/**
	 * Return the algorithms that the store counts by. A token bucket must be among them.
	 * @return all, unless said otherwise
	 */
	protected Set<Algorithm> algorithms() {
		return EnumSet.allOf(Algorithm.class);
	}

	/**
	 * Return the name of the counters of this test.
	 */
	String name() {
		return this.name;
	}

	RateLimitDecision acquire(String key, Limit limit, long cost) {
		return acquire(this.name, key, limit, cost);
	}

	RateLimitDecision acquire(String name, String key, Limit limit, long cost) {
		return acquire(new Charge(new Counter(name, key, limit), cost));
	}

	RateLimitDecision acquire(Charge... charges) {
		return acquire(request(charges));
	}

	RateLimitDecision acquire(RateLimitRequest request) {
		RateLimitDecision now = acquireNow(request);
		return (now != null) ? now : join(store().acquire(request).toCompletableFuture());
	}

	/**
	 * Ask as limiters do: first for what can be decided on this thread.
	 */
	private @Nullable RateLimitDecision acquireNow(RateLimitRequest request) {
		Charge charge = request.charges().get(0);
		Counter counter = charge.counter();
		return (request.charges().size() == 1 && charge.cost() > 0)
				? store().acquireNow(counter.name(), counter.key(), counter.limit(), charge.cost()) : null;
	}

	Charge charge(String key, Limit limit, long cost) {
		return new Charge(new Counter(this.name, key, limit), cost);
	}

	static RateLimitRequest request(String name, String key, Limit limit, long cost) {
		return request(new Charge(new Counter(name, key, limit), cost));
	}

	static RateLimitRequest request(Charge... charges) {
		return new RateLimitRequest(Arrays.asList(charges), FailureMode.CLOSED);
	}

	void reset(String key, Limit limit) {
		reset(this.name, key, limit);
	}

	void reset(String name, String key, Limit limit) {
		reset(new Counter(name, key, limit));
	}

	void reset(Counter... counters) {
		join(store().reset(Arrays.asList(counters)).toCompletableFuture());
	}

	/**
	 * Do something in many threads that begin at the same time.
	 * @param task what to do, told the number of its thread
	 * @return the results, in the order of the threads
	 */
	static <T> List<T> inManyThreads(IntFunction<T> task) throws InterruptedException {
		CountDownLatch start = new CountDownLatch(1);
		ExecutorService executor = Executors.newFixedThreadPool(THREADS);
		try {
			List<Future<T>> results = new ArrayList<>();
			for (int thread = 0; thread < THREADS; thread++) {
				int number = thread;
				results.add(executor.submit(() -> {
					start.await();
					return task.apply(number);
				}));
			}
			start.countDown();
			return results.stream().map(StoreContract::join).toList();
		}
		finally {
			executor.shutdownNow();
			executor.awaitTermination(30, TimeUnit.SECONDS);
		}
	}

	static <T> T join(Future<T> future) {
		try {
			return future.get(60, TimeUnit.SECONDS);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new AssertionError(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError(ex);
		}
	}

}
