package io.github.ratelimit.benchmarks.contender;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;

/**
 * Local buckets of Bucket4j, without locks, in a cache: what is mostly written by hand,
 * and the fastest that Bucket4j has.
 */
final class Bucket4jLocalContender implements Contender {

	private final Cache<String, Bucket> buckets;

	private final Quota quota;

	Bucket4jLocalContender(Setup setup) {
		this.buckets = Caffeine.newBuilder().maximumSize(setup.room()).build();
		this.quota = setup.quota();
	}

	@Override
	public boolean tryAcquire(String key) {
		return this.buckets.get(key, (name) -> create()).tryConsume(1);
	}

	private Bucket create() {
		return Bucket.builder()
			.addLimit(
					(limit) -> limit.capacity(this.quota.units()).refillGreedy(this.quota.units(), this.quota.window()))
			.build();
	}

}
