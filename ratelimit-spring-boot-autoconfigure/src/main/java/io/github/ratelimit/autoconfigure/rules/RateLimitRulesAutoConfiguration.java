package io.github.ratelimit.autoconfigure.rules;

import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.tier.RuleRepository;
import io.github.ratelimit.tier.jdbc.RuleFollower;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * {@link AutoConfiguration Auto-configuration} for rules that are kept in the
 * application's database, or that it keeps itself.
 */
@AutoConfiguration(after = RateLimitAutoConfiguration.class,
		afterName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
public final class RateLimitRulesAutoConfiguration {

	/**
	 * The properties, which are known also while they switch nothing on.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(DatabaseInitializationMode.class)
	@EnableConfigurationProperties(RulesJdbcProperties.class)
	static class PropertiesConfiguration {

	}

	/**
	 * Rules in a database, unless the application keeps them itself.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty(name = "ratelimit.enabled", matchIfMissing = true)
	@ConditionalOnBooleanProperty("ratelimit.rules.jdbc.enabled")
	@ConditionalOnMissingBean(RuleRepository.class)
	@Import({ RuleExchangeConfiguration.class, RulesJdbcConfiguration.class, IncompleteRulesConfiguration.class })
	static class EnabledConfiguration {

	}

	/**
	 * Rules that the application keeps itself.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty(name = "ratelimit.enabled", matchIfMissing = true)
	@ConditionalOnSingleCandidate(RuleRepository.class)
	@ConditionalOnMissingBean({ RuleFollower.class, RulesDatabase.class })
	@Import({ RuleExchangeConfiguration.class, KeptRulesConfiguration.class })
	static class KeptConfiguration {

	}

}
