package io.github.ratelimit.benchmarks.contender;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.caffeine.Bucket4jCaffeine;
import io.github.bucket4j.distributed.proxy.ProxyManager;

/**
 * Bucket4j's own integration of Caffeine, bounded as ours is.
 */
final class Bucket4jCaffeineContender implements Contender {

	private final ProxyManager<String> buckets;

	private final BucketConfiguration configuration;

	Bucket4jCaffeineContender(Setup setup) {
		this.buckets = Bucket4jCaffeine.<String>builderFor(Caffeine.newBuilder().maximumSize(setup.room())).build();
		this.configuration = Bucket4jLettuceContender.configuration(setup.quota());
	}

	@Override
	public boolean tryAcquire(String key) {
		return this.buckets.getProxy(key, () -> this.configuration).tryConsume(1);
	}

}
