package io.github.ratelimit.benchmarks.contender;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.util.concurrent.RateLimiter;

/**
 * Guava's limiters, which know no keys, in a cache. They have no burst at first: of a new
 * one, one call is admitted at once.
 */
@SuppressWarnings("UnstableApiUsage")
final class GuavaContender implements Contender {

	private final Cache<String, RateLimiter> limiters;

	private final double perSecond;

	GuavaContender(Setup setup) {
		this.limiters = Caffeine.newBuilder().maximumSize(setup.room()).build();
		this.perSecond = (double) setup.quota().units() / setup.quota().seconds();
	}

	@Override
	public boolean tryAcquire(String key) {
		return this.limiters.get(key, (name) -> RateLimiter.create(this.perSecond)).tryAcquire();
	}

}
