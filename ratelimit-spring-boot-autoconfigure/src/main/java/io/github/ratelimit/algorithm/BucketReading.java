package io.github.ratelimit.algorithm;

import java.time.Duration;

import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.RateLimitDecision;
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
		return this.cost == 0 || this.spent + this.bucket.parts(this.cost) <= this.bucket.capacity();
	}

	@Override
	public long remaining(boolean charged) {
		return Math.max(this.bucket.capacity() - missing(charged), 0) / this.bucket.partsPerUnit();
	}

	private long missing(boolean charged) {
		return (charged) ? this.spent + this.bucket.parts(this.cost) : this.spent;
	}

	@Override
	public long retryMicros() {
		if (fits()) {
			return 0;
		}
		return (isNever()) ? RateLimitDecision.NEVER : this.bucket.refillMicros(overdraft());
	}

	private boolean isNever() {
		return this.cost > limit().burst();
	}

	private long overdraft() {
		return missing(true) - this.bucket.capacity();
	}

	@Override
	public long resetMicros(boolean charged) {
		return this.bucket.refillMicros(missing(charged));
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * Exact also where a time is longer than microseconds can tell.
	 */
	@Override
	public LimitStatus status(boolean charged) {
		return new LimitStatus(limit(), !fits(), remaining(charged), (fits()) ? Duration.ZERO : retryAfter(),
				this.bucket.refill(missing(charged)));
	}

	private @Nullable Duration retryAfter() {
		return (isNever()) ? null : this.bucket.refill(overdraft());
	}

}
