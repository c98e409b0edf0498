package io.github.ratelimit.algorithm;

import java.time.Duration;

import io.github.ratelimit.LimitStatus;
import org.jspecify.annotations.Nullable;

/**
 * What is missing from a bucket, and what it says to a cost.
 */
record BucketReading(TokenBucket bucket, long spent, long cost) implements Reading {

	@Override
	public boolean fits() {
		return this.cost == 0 || this.spent + this.bucket.parts(this.cost) <= this.bucket.capacity();
	}

	@Override
	public long remaining() {
		return remaining(this.spent);
	}

	private long remaining(long missing) {
		return Math.max(this.bucket.capacity() - missing, 0) / this.bucket.partsPerUnit();
	}

	@Override
	public LimitStatus status(boolean charged) {
		boolean fits = fits();
		long asked = this.spent + this.bucket.parts(this.cost);
		long after = (charged) ? asked : this.spent;
		return new LimitStatus(this.bucket.limit(), !fits, remaining(after), (fits) ? Duration.ZERO : retryAfter(asked),
				this.bucket.refill(after));
	}

	private @Nullable Duration retryAfter(long asked) {
		return (this.cost > this.bucket.limit().burst()) ? null : this.bucket.refill(asked - this.bucket.capacity());
	}

}
