package io.github.ratelimit.benchmarks.contender;

import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;

/**
 * This project's limiter as it is made in code: in memory, without Spring, and with
 * nobody who is told of decisions.
 */
final class PlainLimiterContender implements Contender {

	private final RateLimiter limiter;

	PlainLimiterContender(Setup setup) {
		this.limiter = RateLimiter.of(LimiterSettings.TIER, InMemoryRateLimitStore.create(setup.room()),
				Limit.of(setup.quota().units(), setup.quota().window()));
	}

	@Override
	public boolean tryAcquire(String key) {
		return this.limiter.tryAcquire(key).allowed();
	}

}
