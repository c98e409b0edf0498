package io.github.ratelimit.autoconfigure.rules;

import io.github.ratelimit.store.redis.RedisRules;
import io.lettuce.core.RedisClient;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What instances leave each other in Redis, where there is one.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(RedisClient.class)
class RuleExchangeConfiguration {

	@Bean
	@Nullable RedisRuleExchange rateLimitRedisRuleExchange(ObjectProvider<RedisRules> redis) {
		RedisRules rules = redis.getIfAvailable();
		return (rules != null) ? new RedisRuleExchange(rules) : null;
	}

}
