package io.github.ratelimit.benchmarks.contender;

import java.time.Duration;

import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;

/**
 * Bucket4j as its documentation shows it with Lettuce: one manager over one connection,
 * keys that are texts, and state that goes when the bucket is full again. A proxy of a
 * bucket is made for each call; it is cheap and asks nothing by itself.
 */
final class Bucket4jLettuceContender extends LettuceContender<String, byte[]> {

	private final ProxyManager<String> buckets;

	private final BucketConfiguration configuration;

	Bucket4jLettuceContender(Setup setup) {
		super(setup, RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE));
		this.configuration = configuration(setup.quota());
		this.buckets = Bucket4jLettuce.casBasedBuilder(connection())
			.expirationAfterWrite(
					ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(Duration.ofSeconds(10)))
			.build();
	}

	static BucketConfiguration configuration(Quota quota) {
		return BucketConfiguration.builder()
			.addLimit((limit) -> limit.capacity(quota.units()).refillGreedy(quota.units(), quota.window()))
			.build();
	}

	@Override
	public boolean tryAcquire(String key) {
		return this.buckets.getProxy("bucket:" + key, () -> this.configuration).tryConsume(1);
	}

}
