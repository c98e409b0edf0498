package io.github.ratelimit.benchmarks.contender;

import java.time.Duration;

import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.ratelimiter.RateLimiterRegistry;

/**
 * Resilience4j's limiters, which do not wait, in their registry. It has no bound.
 */
final class Resilience4jContender implements Contender {

	private final RateLimiterRegistry limiters;

	Resilience4jContender(Setup setup) {
		this.limiters = RateLimiterRegistry.of(RateLimiterConfig.custom()
			.limitForPeriod(setup.quota().units())
			.limitRefreshPeriod(setup.quota().window())
			.timeoutDuration(Duration.ZERO)
			.build());
	}

	@Override
	public boolean tryAcquire(String key) {
		return this.limiters.rateLimiter(key).acquirePermission();
	}

}
