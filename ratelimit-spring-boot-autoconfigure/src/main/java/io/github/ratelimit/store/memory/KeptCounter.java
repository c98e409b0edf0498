package io.github.ratelimit.store.memory;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.algorithm.BucketInPlace;
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

	abstract LimitState state();

	abstract void state(LimitState state);

	void set(LimitAlgorithm algorithm, LimitState state) {
		this.algorithm = algorithm;
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
	 * A bucket, changed in place.
	 */
	private static final class Bucket extends KeptCounter {

		private final BucketInPlace bucket;

		Bucket(CounterId id, LimitAlgorithm algorithm, TokenBucketState state) {
			super(id, algorithm);
			this.bucket = new BucketInPlace(state);
		}

		@Override
		LimitState state() {
			return this.bucket.state();
		}

		@Override
		void state(LimitState state) {
			this.bucket.write((TokenBucketState) state);
		}

		@Override
		RateLimitDecision acquire(LimitAlgorithm algorithm, long nowMicros, long cost) {
			RateLimitDecision decision = this.bucket.acquire((TokenBucket) algorithm, nowMicros, cost,
					DecisionSource.MEMORY);
			if (decision.allowed()) {
				super.algorithm = algorithm;
			}
			return decision;
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
