package io.github.ratelimit.autoconfigure.rules;

import io.github.ratelimit.store.redis.RedisRules;
import io.github.ratelimit.tier.jdbc.RuleExchange;
import org.jspecify.annotations.Nullable;

/**
 * A {@link RuleExchange} over the limiter's Redis.
 */
final class RedisRuleExchange implements RuleExchange {

	private final RedisRules redis;

	RedisRuleExchange(RedisRules redis) {
		this.redis = redis;
	}

	@Override
	public void open(Runnable changed) {
		this.redis.open(changed);
	}

	@Override
	public void announce() {
		this.redis.announce();
	}

	@Override
	public void keep(String copy) {
		this.redis.keep(copy);
	}

	@Override
	public void prolong() {
		this.redis.prolong();
	}

	@Override
	public @Nullable String find() {
		return this.redis.find();
	}

}
