package io.github.ratelimit.store.memory;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.algorithm.LimitAlgorithm;
import io.github.ratelimit.algorithm.LimitState;
import io.github.ratelimit.algorithm.Reading;
import io.github.ratelimit.algorithm.TokenBucket;
import io.github.ratelimit.algorithm.TokenBucketState;

/**
 * What is kept of one counter. To be used by who holds the lock of its
 * {@link CounterShard}.
 */
abstract sealed class KeptCounter {

	private final CounterId id;

	private LimitAlgorithm algorithm;

	private boolean gone;

	private KeptCounter(CounterId id, LimitAlgorithm algorithm) {
		this.id = id;
		this.algorithm = algorithm;
	}

	static KeptCounter of(CounterId id, LimitAlgorithm algorithm, LimitState state) {
		return (state instanceof TokenBucketState bucket) ? new Bucket(id, algorithm, bucket)
				: new Windows(id, algorithm, state);
	}

	CounterId id() {
		return this.id;
	}

	/**
	 * Return the arithmetic that the state was made with.
	 */
	LimitAlgorithm algorithm() {
		return this.algorithm;
	}

	/**
	 * From now on this arithmetic tells what the state means.
	 */
	void countsBy(LimitAlgorithm algorithm) {
		if (this.algorithm != algorithm) {
			this.algorithm = algorithm;
		}
	}

	abstract LimitState state();

	abstract void state(LimitState state);

	void set(LimitAlgorithm algorithm, LimitState state) {
		countsBy(algorithm);
		state(state);
	}

	/**
	 * Charge a cost if it fits.
	 * @param algorithm the arithmetic, of the same algorithm
	 * @param nowMicros the time; where the state is later, that counts
	 */
	abstract RateLimitDecision acquire(LimitAlgorithm algorithm, long nowMicros, long cost);

	boolean isGone() {
		return this.gone;
	}

	void go() {
		this.gone = true;
	}

	long forgottenAtMicros() {
		return this.algorithm.forgottenAtMicros(state());
	}

	double usedFraction(long nowMicros) {
		return this.algorithm.usedFraction(state(), nowMicros);
	}

	/**
	 * A bucket, whose numbers are changed in place.
	 */
	private static final class Bucket extends KeptCounter {

		private long atMicros;

		private long spent;

		private long partsPerUnit;

		private long sinceMicros;

		private long surplus;

		private long capacity;

		Bucket(CounterId id, LimitAlgorithm algorithm, TokenBucketState state) {
			super(id, algorithm);
			write(state);
		}

		private void write(TokenBucketState state) {
			this.atMicros = state.atMicros();
			this.spent = state.spent();
			this.partsPerUnit = state.partsPerUnit();
			this.sinceMicros = state.sinceMicros();
			this.surplus = state.surplus();
			this.capacity = state.capacity();
		}

		@Override
		TokenBucketState state() {
			return new TokenBucketState(this.atMicros, this.spent, this.partsPerUnit, this.sinceMicros, this.surplus,
					this.capacity);
		}

		@Override
		void state(LimitState state) {
			write((TokenBucketState) state);
		}

		@Override
		RateLimitDecision acquire(LimitAlgorithm algorithm, long nowMicros, long cost) {
			TokenBucket bucket = (TokenBucket) algorithm;
			long now = Math.max(nowMicros, this.atMicros);
			if (!isOf(bucket)) {
				return acquireChanged(bucket, now, cost);
			}
			long missing = bucket.refilled(this.spent, this.atMicros, now);
			RateLimitDecision decision = bucket.decision(missing, cost, DecisionSource.MEMORY, now);
			if (decision.allowed()) {
				this.atMicros = now;
				this.spent = missing + bucket.parts(cost);
				countsBy(bucket);
			}
			return decision;
		}

		/**
		 * Return whether the state was written by a bucket like this, and no larger one
		 * is kept with it: then it need not be converted.
		 */
		private boolean isOf(TokenBucket bucket) {
			return this.partsPerUnit == bucket.scale().partsPerUnit() && this.capacity == bucket.capacity()
					&& this.surplus == 0 && this.spent <= LimitAlgorithm.MAX_UNITS;
		}

		private RateLimitDecision acquireChanged(TokenBucket bucket, long now, long cost) {
			TokenBucketState state = state();
			Reading reading = bucket.read(state, now, cost);
			if (reading.fits()) {
				set(bucket, bucket.charge(state, now, cost));
			}
			return reading.decision(DecisionSource.MEMORY, now);
		}

	}

	/**
	 * Any other state, made anew with each charge.
	 */
	private static final class Windows extends KeptCounter {

		private LimitState state;

		Windows(CounterId id, LimitAlgorithm algorithm, LimitState state) {
			super(id, algorithm);
			this.state = state;
		}

		@Override
		LimitState state() {
			return this.state;
		}

		@Override
		void state(LimitState state) {
			this.state = state;
		}

		@Override
		RateLimitDecision acquire(LimitAlgorithm algorithm, long nowMicros, long cost) {
			long at = Math.max(nowMicros, this.state.atMicros());
			Reading reading = algorithm.read(this.state, at, cost);
			if (reading.fits()) {
				set(algorithm, algorithm.charge(this.state, at, cost));
			}
			return reading.decision(DecisionSource.MEMORY, at);
		}

	}

}
