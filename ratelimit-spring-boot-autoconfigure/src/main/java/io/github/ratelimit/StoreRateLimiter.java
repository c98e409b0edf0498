package io.github.ratelimit;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * A {@link RateLimiter} that asks a store and tells a listener.
 */
final class StoreRateLimiter implements RateLimiter {

	private final String name;

	private final Acquisitions acquisitions;

	private final RateLimitStore store;

	private final JointRateLimiter joint;

	/**
	 * Create a limiter.
	 * @param acquisitions gives what a key is charged to
	 */
	StoreRateLimiter(String name, Acquisitions acquisitions, RateLimitStore store, RateLimitListener listener,
			DecisionTracer tracer, LongSupplier nanoTime) {
		this.name = Objects.requireNonNull(name, "name must not be null");
		this.acquisitions = Objects.requireNonNull(acquisitions, "acquisitions must not be null");
		this.store = Objects.requireNonNull(store, "store must not be null");
		this.joint = new JointRateLimiter(store, listener, tracer, nanoTime);
	}

	/**
	 * Return what gives each key the same limits.
	 */
	static Acquisitions always(RateLimiterSettings settings) {
		Objects.requireNonNull(settings, "settings must not be null");
		return new Always(settings);
	}

	@Override
	public String getName() {
		return this.name;
	}

	@Override
	public RateLimitDecision tryAcquire(String key, long cost) {
		RateLimiterSettings only = this.acquisitions.only(key);
		return (only != null) ? this.joint.tryAcquire(only, key, cost)
				: this.joint.tryAcquire(this.acquisitions.of(key, cost)).whole();
	}

	@Override
	public CompletionStage<RateLimitDecision> tryAcquireAsync(String key, long cost) {
		return this.joint.tryAcquireAsync(this.acquisitions.of(key, cost)).thenApply(JointDecision::whole);
	}

	@Override
	public Reservation reserve(String key, long cost, Duration timeToLive) {
		requireReservable(cost, timeToLive);
		return this.joint.reservation(this.joint.tryAcquire(this.acquisitions.of(key, cost)), timeToLive);
	}

	@Override
	public CompletionStage<Reservation> reserveAsync(String key, long cost, Duration timeToLive) {
		requireReservable(cost, timeToLive);
		return this.joint.tryAcquireAsync(this.acquisitions.of(key, cost))
			.thenApply((decision) -> this.joint.reservation(decision, timeToLive));
	}

	/**
	 * Check before something is charged. What cost nothing could not be refused, and so
	 * not be settled with a cost either.
	 */
	private static void requireReservable(long cost, Duration timeToLive) {
		if (cost < 1) {
			throw new IllegalArgumentException("A reservation takes at least 1 unit, not " + cost);
		}
		Reservation.requireTimeToLive(timeToLive);
	}

	private List<Counter> counters(String key) {
		return this.acquisitions.of(key, 0).stream().flatMap((unit) -> unit.settings().counters(key).stream()).toList();
	}

	@Override
	public void reset(String key) {
		JointRateLimiter.await(this.store.reset(counters(key)));
	}

	@Override
	public CompletionStage<Void> resetAsync(String key) {
		return JointRateLimiter.off(this.store.reset(counters(key)));
	}

	/**
	 * The same limits for each key.
	 */
	private record Always(RateLimiterSettings settings) implements Acquisitions {

		@Override
		public List<Acquisition> of(String key, long cost) {
			return List.of(new Acquisition(this.settings, key, cost));
		}

		@Override
		public RateLimiterSettings only(String key) {
			return this.settings;
		}

	}

}
