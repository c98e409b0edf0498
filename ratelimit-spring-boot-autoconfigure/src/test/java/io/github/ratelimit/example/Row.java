package io.github.ratelimit.example;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.algorithm.Charged;
import io.github.ratelimit.algorithm.Reading;
import io.github.ratelimit.algorithm.TokenBucket;
import io.github.ratelimit.algorithm.TokenBucketState;
import io.github.ratelimit.example.Table.Change;
import io.github.ratelimit.example.Table.Item;
import org.jspecify.annotations.Nullable;

/**
 * A charge, and the item that it is made to. Immutable.
 */
record Row(String key, @Nullable Item item, Charge charge, TokenBucket bucket) {

	static Row of(String key, @Nullable Item item, Charge charge) {
		Algorithm algorithm = charge.counter().limit().algorithm();
		if (algorithm != Algorithm.TOKEN_BUCKET) {
			throw new IllegalArgumentException("This store counts token buckets, not " + algorithm);
		}
		return new Row(key, item, charge, TokenBucket.of(charge.counter().limit()));
	}

	boolean isCharged() {
		return this.charge.cost() > 0;
	}

	Reading read(long now) {
		return this.bucket.read(state(), now, this.charge.cost());
	}

	Change charge(long now) {
		return change(this.bucket.charge(state(), now, this.charge.cost()));
	}

	/**
	 * Return the write that settles the charge, {@code null} if nothing is to be written.
	 */
	@Nullable Change settle(long now, Charged charged, long cost) {
		TokenBucketState state = state();
		TokenBucketState next = (cost != charged.cost()) ? this.bucket.settle(state, now, charged, cost) : state;
		return (next == null || next.equals(state)) ? null : change(next);
	}

	private @Nullable TokenBucketState state() {
		return (this.item != null) ? TableRateLimitStore.state(this.item) : null;
	}

	private Change change(TokenBucketState next) {
		return new Change(this.key, (this.item != null) ? this.item.version() : null,
				TableRateLimitStore.item(next, TableRateLimitStore.instant(this.bucket.forgottenAtMicros(next))));
	}

}
