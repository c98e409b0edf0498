package io.github.ratelimit.benchmarks.contender;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.redisson.Redisson;
import org.redisson.api.RRateLimiter;
import org.redisson.api.RateType;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/**
 * Redisson's limiter. The rate of a key is set once, as its documentation shows, and its
 * limiter kept, so that calls after the first ask Redis once. The pool of connections is
 * what Redisson brings without settings.
 */
final class RedissonContender implements Contender {

	private final Map<String, RRateLimiter> limiters = new ConcurrentHashMap<>();

	private final RedissonClient client;

	private final Quota quota;

	RedissonContender(Setup setup) {
		Config config = new Config();
		config.useSingleServer().setAddress(setup.redisUri());
		this.client = Redisson.create(config);
		this.quota = setup.quota();
	}

	@Override
	public boolean tryAcquire(String key) {
		RRateLimiter limiter = this.limiters.get(key);
		if (limiter == null) {
			limiter = this.limiters.computeIfAbsent(key, this::create);
		}
		return limiter.tryAcquire();
	}

	private RRateLimiter create(String key) {
		RRateLimiter limiter = this.client.getRateLimiter("redisson:" + key);
		limiter.trySetRate(RateType.OVERALL, this.quota.units(), this.quota.window());
		return limiter;
	}

	@Override
	public void close() {
		this.client.shutdown();
	}

}
