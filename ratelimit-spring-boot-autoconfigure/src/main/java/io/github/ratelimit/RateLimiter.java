package io.github.ratelimit;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Limits how often each key may do something.
 * <p>
 * Safe for use by many threads. The blocking methods wait for the store, which answers in
 * bounded time; the {@code Async} ones return at once, and their stage completes on the
 * calling thread or one of {@link java.util.concurrent.CompletableFuture}'s default
 * executor. Where the store cannot decide, the {@linkplain FailureMode failure mode}
 * does; a limiter without a shared store has no use for one.
 * <p>
 * A key is any text that is not blank, such as {@code user:42}; {@code null} is a
 * {@link NullPointerException}, a blank key an {@link IllegalArgumentException}. A cost
 * is not negative (else an {@link IllegalArgumentException}); cost 0 only asks, and a
 * cost above what a limit ever gives at once is refused for good.
 */
public interface RateLimiter {

	/**
	 * Return a limiter of the given limits, which all have to allow a request.
	 * @param name name under which the store keeps its counts
	 * @param store where counts are kept
	 * @param limits the limits, at least one, with names that differ
	 * @return the limiter, with failure mode {@link FailureMode#LOCAL}
	 */
	static RateLimiter of(String name, RateLimitStore store, Limit... limits) {
		return of(RateLimiterSettings.of(name, limits), store, new RateLimitListeners(List::of));
	}

	/**
	 * Return a limiter with the given settings.
	 * @param settings what it limits
	 * @param store where counts are kept
	 * @param listener who is told of decisions
	 * @return the limiter
	 */
	static RateLimiter of(RateLimiterSettings settings, RateLimitStore store, RateLimitListener listener) {
		return of(settings.name(), StoreRateLimiter.always(settings), store, listener);
	}

	/**
	 * Return a limiter whose limits differ with the key.
	 * @param name the limiter's name
	 * @param acquisitions gives what a key is charged to
	 * @param store where counts are kept
	 * @param listener who is told of decisions
	 * @return the limiter
	 */
	static RateLimiter of(String name, Acquisitions acquisitions, RateLimitStore store, RateLimitListener listener) {
		return of(name, acquisitions, store, listener, DecisionTracer.NONE);
	}

	/**
	 * Return a limiter whose limits differ with the key and whose decisions are followed
	 * while they are made.
	 * @param name the limiter's name
	 * @param acquisitions gives what a key is charged to
	 * @param store where counts are kept
	 * @param listener who is told of decisions
	 * @param tracer follows decisions
	 * @return the limiter
	 */
	static RateLimiter of(String name, Acquisitions acquisitions, RateLimitStore store, RateLimitListener listener,
			DecisionTracer tracer) {
		return new StoreRateLimiter(name, acquisitions, store, listener, tracer, System::nanoTime);
	}

	/**
	 * Return a limiter with the given settings whose decisions are followed while they
	 * are made.
	 * @param settings what it limits
	 * @param store where counts are kept
	 * @param listener who is told of decisions
	 * @param tracer follows decisions
	 * @return the limiter
	 */
	static RateLimiter of(RateLimiterSettings settings, RateLimitStore store, RateLimitListener listener,
			DecisionTracer tracer) {
		return of(settings.name(), StoreRateLimiter.always(settings), store, listener, tracer);
	}

	/**
	 * Return the limiter's name.
	 * @return the name, for a tier the tier's name
	 */
	String getName();

	/**
	 * Charge the given units if the limit allows it.
	 * @param key whose count it is
	 * @param cost units to charge
	 * @return the decision
	 */
	RateLimitDecision tryAcquire(String key, long cost);

	/**
	 * Charge one unit if the limit allows it.
	 * @param key whose count it is
	 * @return the decision
	 */
	default RateLimitDecision tryAcquire(String key) {
		return tryAcquire(key, 1);
	}

	/**
	 * Charge the given units if the limit allows it, without waiting.
	 * @param key whose count it is
	 * @param cost units to charge
	 * @return the decision to come
	 */
	CompletionStage<RateLimitDecision> tryAcquireAsync(String key, long cost);

	/**
	 * Charge one unit if the limit allows it, without waiting.
	 * @param key whose count it is
	 * @return the decision to come
	 */
	default CompletionStage<RateLimitDecision> tryAcquireAsync(String key) {
		return tryAcquireAsync(key, 1);
	}

	/**
	 * Charge the given units or throw.
	 * @param key whose count it is
	 * @param cost units to charge
	 * @return the decision, an allowed one
	 * @throws RateLimitExceededException if the request is refused
	 */
	default RateLimitDecision checkOrThrow(String key, long cost) {
		RateLimitDecision decision = tryAcquire(key, cost);
		if (!decision.allowed()) {
			throw new RateLimitExceededException(getName(), decision);
		}
		return decision;
	}

	/**
	 * Charge one unit or throw.
	 * @param key whose count it is
	 * @return the decision, an allowed one
	 * @throws RateLimitExceededException if the request is refused
	 */
	default RateLimitDecision checkOrThrow(String key) {
		return checkOrThrow(key, 1);
	}

	/**
	 * Return where a key stands, without charging it.
	 * @param key whose count it is
	 * @return a decision whose limits tell
	 */
	default RateLimitDecision peek(String key) {
		return tryAcquire(key, 0);
	}

	/**
	 * Return where a key stands, without charging it and without waiting.
	 * @param key whose count it is
	 * @return a decision to come whose limits tell
	 */
	default CompletionStage<RateLimitDecision> peekAsync(String key) {
		return tryAcquireAsync(key, 0);
	}

	/**
	 * Charge the given units before it is known how many it will be.
	 * @param key whose count it is
	 * @param cost units to charge now, at least 1
	 * @return the reservation, to be settled within
	 * {@link Reservation#DEFAULT_TIME_TO_LIVE}; it reserves nothing if it is refused
	 */
	default Reservation reserve(String key, long cost) {
		return reserve(key, cost, Reservation.DEFAULT_TIME_TO_LIVE);
	}

	/**
	 * Charge the given units before it is known how many it will be.
	 * @param key whose count it is
	 * @param cost units to charge now, at least 1
	 * @param timeToLive how long the reservation can be settled, longer than zero
	 * @return the reservation; it reserves nothing if it is refused
	 */
	Reservation reserve(String key, long cost, Duration timeToLive);

	/**
	 * Charge the given units before it is known how many it will be, without waiting.
	 * @param key whose count it is
	 * @param cost units to charge now, at least 1
	 * @param timeToLive how long the reservation can be settled, longer than zero
	 * @return the reservation to come
	 */
	CompletionStage<Reservation> reserveAsync(String key, long cost, Duration timeToLive);

	/**
	 * Forget what was charged to a key, so that it has all its units again.
	 * @param key whose count it is
	 * @throws RuntimeException if the store could not
	 */
	void reset(String key);

	/**
	 * Forget what was charged to a key, without waiting.
	 * @param key whose count it is
	 * @return completed when done, exceptionally if the store could not
	 */
	CompletionStage<Void> resetAsync(String key);

}
