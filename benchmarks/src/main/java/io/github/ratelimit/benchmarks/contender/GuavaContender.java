package io.github.ratelimit.benchmarks.contender;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.util.concurrent.RateLimiter;

/**
 * Guava's limiters, which know no keys, in a cache. They have no burst at first: of a new
 * one, one call is admitted at once. They never save more than the units of a second, so
 * a quota that is there to admit all comes back each second.
 */
@SuppressWarnings("UnstableApiUsage")
final class GuavaContender implements Contender {

	private static final int ALL = 100_000;

	private final Cache<String, RateLimiter> limiters;

	private final double perSecond;

	GuavaContender(Setup setup) {
		this.limiters = Caffeine.newBuilder().maximumSize(setup.room()).build();
		this.perSecond = (setup.quota().units() < ALL) ? (double) setup.quota().units() / setup.quota().seconds()
				: setup.quota().units();
	}

	@Override
	public boolean tryAcquire(String key) {
		return this.limiters.get(key, (name) -> RateLimiter.create(this.perSecond)).tryAcquire();
	}

}
