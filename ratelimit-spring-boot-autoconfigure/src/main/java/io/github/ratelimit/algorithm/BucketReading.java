package io.github.ratelimit.algorithm;

import java.time.Duration;

import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import org.jspecify.annotations.Nullable;

/**
 * What is missing from a bucket, and what it says to a cost.
 */
record BucketReading(TokenBucket bucket, long spent, long cost) implements Reading {

	@Override
	public Limit limit() {
		return this.bucket.limit();
	}

	@Override
	public boolean fits() {
		return this.cost == 0 || this.bucket.overdraft(this.spent, this.cost) <= 0;
	}

	@Override
	public long remaining(boolean charged) {
		return this.bucket.remaining(missing(charged));
	}

	private long missing(boolean charged) {
		return (charged) ? this.spent + this.bucket.parts(this.cost) : this.spent;
	}

	@Override
	public long retryMicros() {
		return (fits()) ? 0 : this.bucket.retryMicros(this.spent, this.cost);
	}

	@Override
	public long resetMicros(boolean charged) {
		return this.bucket.scale().refillMicros(missing(charged));
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * Exact also where a time is longer than microseconds can tell.
	 */
	@Override
	public LimitStatus status(boolean charged) {
		return new LimitStatus(limit(), !fits(), remaining(charged), (fits()) ? Duration.ZERO : retryAfter(),
				this.bucket.scale().refill(missing(charged)));
	}

	private @Nullable Duration retryAfter() {
		return (this.cost > limit().burst()) ? null
				: this.bucket.scale().refill(this.bucket.overdraft(this.spent, this.cost));
	}

}
