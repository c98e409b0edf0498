package io.github.ratelimit.algorithm;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.RateLimitDecision;

/**
 * What is kept of one bucket where it is changed in place, without making a state for
 * each charge. Not safe for use by many threads.
 */
public final class BucketInPlace {

	private long atMicros;

	private long spent;

	private long partsPerUnit;

	private long sinceMicros;

	private long surplus;

	private long capacity;

	/**
	 * Create a bucket.
	 * @param state what is kept
	 */
	public BucketInPlace(TokenBucketState state) {
		write(state);
	}

	/**
	 * Return what is kept.
	 * @return the state
	 */
	public TokenBucketState state() {
		return new TokenBucketState(this.atMicros, this.spent, this.partsPerUnit, this.sinceMicros, this.surplus,
				this.capacity);
	}

	/**
	 * Keep another state.
	 * @param state the state
	 */
	public void write(TokenBucketState state) {
		this.atMicros = state.atMicros();
		this.spent = state.spent();
		this.partsPerUnit = state.partsPerUnit();
		this.sinceMicros = state.sinceMicros();
		this.surplus = state.surplus();
		this.capacity = state.capacity();
	}

	/**
	 * Charge a cost if it fits. The same as to {@linkplain TokenBucket#read read} the
	 * state and then to {@linkplain TokenBucket#charge charge} it.
	 * @param bucket the arithmetic
	 * @param nowMicros the time; where the state is later, that counts
	 * @param cost units asked, at least 1
	 * @param source who decides
	 * @return the decision
	 */
	public RateLimitDecision acquire(TokenBucket bucket, long nowMicros, long cost, DecisionSource source) {
		long now = Math.max(nowMicros, this.atMicros);
		if (!isOf(bucket)) {
			return acquireAny(bucket, now, cost, source);
		}
		long missing = bucket.refilled(this.spent, this.atMicros, now);
		long asked = missing + bucket.parts(cost);
		boolean fits = asked <= this.capacity;
		long resetMicros = bucket.refillMicros((fits) ? asked : missing);
		if (resetMicros == Long.MAX_VALUE) {
			return acquireAny(bucket, now, cost, source);
		}
		if (!fits) {
			return RateLimitDecision.ofRefused(bucket.limit(), bucket.remaining(missing),
					bucket.retryMicros(missing, cost), resetMicros, source);
		}
		this.atMicros = now;
		this.spent = asked;
		return RateLimitDecision.ofAllowed(bucket.limit(), bucket.remaining(asked), resetMicros, source, now);
	}

	/**
	 * Return whether the state was written by a bucket like this, and no larger one is
	 * kept with it. So it is nearly always, and there is nothing to convert.
	 */
	private boolean isOf(TokenBucket bucket) {
		return this.partsPerUnit == bucket.partsPerUnit() && this.capacity == bucket.capacity() && this.surplus == 0
				&& this.spent <= LimitAlgorithm.MAX_UNITS;
	}

	private RateLimitDecision acquireAny(TokenBucket bucket, long nowMicros, long cost, DecisionSource source) {
		TokenBucketState state = state();
		Reading reading = bucket.read(state, nowMicros, cost);
		if (reading.fits()) {
			write(bucket.charge(state, nowMicros, cost));
		}
		return reading.decision(source, nowMicros);
	}

}
