package io.github.ratelimit;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * A {@link RateLimiter} that asks a store and tells a listener.
 */
final class StoreRateLimiter implements RateLimiter {

	private final String name;

	private final Function<String, List<Acquisition>> charges;

	private final RateLimitStore store;

	private final JointRateLimiter joint;

	/**
	 * Create a limiter.
	 * @param charges gives what one unit of a key is charged to, first what decides
	 */
	StoreRateLimiter(String name, Function<String, List<Acquisition>> charges, RateLimitStore store,
			RateLimitListener listener, LongSupplier nanoTime) {
		this.name = Objects.requireNonNull(name, "name must not be null");
		this.charges = Objects.requireNonNull(charges, "charges must not be null");
		this.store = Objects.requireNonNull(store, "store must not be null");
		this.joint = new JointRateLimiter(store, listener, nanoTime);
	}

	/**
	 * Return what gives each key the same limits.
	 */
	static Function<String, List<Acquisition>> always(RateLimiterSettings settings) {
		Objects.requireNonNull(settings, "settings must not be null");
		return (key) -> List.of(new Acquisition(settings, key, 1));
	}

	@Override
	public String getName() {
		return this.name;
	}

	@Override
	public RateLimitDecision tryAcquire(String key, long cost) {
		return this.joint.tryAcquire(acquisition(key, cost)).whole();
	}

	@Override
	public CompletionStage<RateLimitDecision> tryAcquireAsync(String key, long cost) {
		return this.joint.tryAcquireAsync(acquisition(key, cost)).thenApply(JointDecision::whole);
	}

	@Override
	public Reservation reserve(String key, long cost, Duration timeToLive) {
		requireReservable(cost, timeToLive);
		return this.joint.reservation(this.joint.tryAcquire(acquisition(key, cost)), timeToLive);
	}

	@Override
	public CompletionStage<Reservation> reserveAsync(String key, long cost, Duration timeToLive) {
		requireReservable(cost, timeToLive);
		return this.joint.tryAcquireAsync(acquisition(key, cost))
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

	private List<Acquisition> acquisition(String key, long cost) {
		return this.charges.apply(key)
			.stream()
			.map((unit) -> new Acquisition(unit.settings(), key, cost, unit.beside()))
			.toList();
	}

	private List<Counter> counters(String key) {
		return acquisition(key, 0).stream().flatMap((unit) -> unit.settings().counters(key).stream()).toList();
	}

	@Override
	public void reset(String key) {
		JointRateLimiter.await(this.store.reset(counters(key)));
	}

	@Override
	public CompletionStage<Void> resetAsync(String key) {
		return JointRateLimiter.off(this.store.reset(counters(key)));
	}

}
