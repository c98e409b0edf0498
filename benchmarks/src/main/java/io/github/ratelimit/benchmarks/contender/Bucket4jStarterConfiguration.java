package io.github.ratelimit.benchmarks.contender;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import com.giffing.bucket4j.spring.boot.starter.config.cache.AbstractCacheResolverTemplate;
import com.giffing.bucket4j.spring.boot.starter.config.cache.SyncCacheResolver;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.AbstractProxyManager;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.github.bucket4j.redis.lettuce.cas.LettuceBasedProxyManager;
import io.lettuce.core.RedisClient;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Where Bucket4j's starter counts. Its own configuration for Lettuce is for reactive
 * applications only; its documentation has applications bring a resolver of their own
 * then. This one is that of the starter, with the same settings, for servlets.
 */
@Configuration(proxyBeanMethods = false)
class Bucket4jStarterConfiguration {

	static final String REDIS = "measured.redis";

	@Bean(destroyMethod = "shutdown")
	RedisClient bucket4jRedisClient(@Value("${" + REDIS + "}") String uri) {
		return RedisClient.create(uri);
	}

	@Bean
	Resolver bucket4jResolver(RedisClient client) {
		return new Resolver(client);
	}

	/**
	 * Gives buckets that block.
	 */
	static final class Resolver extends AbstractCacheResolverTemplate<byte[]> implements SyncCacheResolver {

		private final LettuceBasedProxyManager<byte[]> buckets;

		Resolver(RedisClient client) {
			this.buckets = Bucket4jLettuce.casBasedBuilder(client)
				.expirationAfterWrite(
						ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(Duration.ofSeconds(10)))
				.build();
		}

		@Override
		public byte[] castStringToCacheKey(String key) {
			return key.getBytes(StandardCharsets.UTF_8);
		}

		@Override
		public boolean isAsync() {
			return false;
		}

		@Override
		public AbstractProxyManager<byte[]> getProxyManager(String cacheName) {
			return this.buckets;
		}

	}

}
