package io.github.ratelimit.autoconfigure.rules;

import java.time.Duration;

import io.github.ratelimit.autoconfigure.RulesProperties;
import io.github.ratelimit.tier.RuleRepository;
import io.github.ratelimit.tier.Rules;
import io.github.ratelimit.tier.jdbc.RuleExchange;
import io.github.ratelimit.tier.jdbc.RuleFollower;
import io.github.ratelimit.tier.jdbc.RuleFollowerSettings;
import io.github.ratelimit.tier.json.RuleJson;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Rules that the application keeps itself, which are followed by looking at them.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(JsonMapper.class)
@EnableConfigurationProperties(RulesProperties.class)
class KeptRulesConfiguration {

	// Where there are no properties, because a module is missing that they name a type of
	private static final RuleFollowerSettings DEFAULTS = new RuleFollowerSettings(Duration.ofMillis(500),
			Duration.ofSeconds(2), false);

	@Bean
	RuleFollower rateLimitRuleFollower(RuleRepository repository, Rules rules, RulesProperties properties,
			ObjectProvider<RulesJdbcProperties> following, ObjectProvider<RedisRuleExchange> exchanges) {
		RulesJdbcProperties times = following.getIfAvailable();
		RuleFollowerSettings settings = (times != null) ? RuleFollowerSettingsFactory.settings(times, false) : DEFAULTS;
		RedisRuleExchange redis = exchanges.getIfAvailable();
		return new RuleFollower(null, repository, rules, new RuleJson(properties.getAlgorithm()),
				(redis != null) ? redis : RuleExchange.NONE, settings, () -> {
				});
	}

	@Bean
	RuleFollowing rateLimitRuleFollowing(RuleFollower follower) {
		return new RuleFollowing(follower);
	}

}
