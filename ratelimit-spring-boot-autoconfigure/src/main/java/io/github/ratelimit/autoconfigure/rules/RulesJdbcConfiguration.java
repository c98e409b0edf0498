package io.github.ratelimit.autoconfigure.rules;

import java.time.InstantSource;
import java.util.Objects;

import javax.sql.DataSource;

import io.github.ratelimit.autoconfigure.InvalidRateLimitConfigurationException;
import io.github.ratelimit.autoconfigure.RulesProperties;
import io.github.ratelimit.tier.Rules;
import io.github.ratelimit.tier.jdbc.FollowedRuleRepository;
import io.github.ratelimit.tier.jdbc.JdbcRuleRepository;
import io.github.ratelimit.tier.jdbc.RuleExchange;
import io.github.ratelimit.tier.jdbc.RuleFollower;
import io.github.ratelimit.tier.jdbc.RuleFollowerSettings;
import io.github.ratelimit.tier.jdbc.TimeLimitedDataSource;
import io.github.ratelimit.tier.json.RuleJson;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.jdbc.metadata.CompositeDataSourcePoolMetadataProvider;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadata;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ResourceLoader;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.ClassUtils;

/**
 * Rules in a database, where all is there that it takes.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({ JdbcClient.class, DataSourceScriptDatabaseInitializer.class, JsonMapper.class })
@EnableConfigurationProperties(RulesProperties.class)
class RulesJdbcConfiguration {

	private static final String PREFIX = "ratelimit.rules.jdbc.";

	private static final String POSTGRES = "org.postgresql.PGConnection";

	@Bean
	@DependsOnDatabaseInitialization
	RulesDatabase rateLimitRulesDatabase(ObjectProvider<DataSource> dataSources, RulesProperties rules,
			RulesJdbcProperties properties) {
		RuleFollowerSettings settings = RuleFollowerSettingsFactory.settings(properties, false);
		TimeLimitedDataSource dataSource = new TimeLimitedDataSource(single(dataSources), settings.timeout());
		RuleJson json = new RuleJson(rules.getAlgorithm());
		return new RulesDatabase(dataSource, json, new JdbcRuleRepository(dataSource, json, InstantSource.system()));
	}

	@Bean
	RuleFollower rateLimitRuleFollower(RulesDatabase database, Rules rules, RulesJdbcProperties properties,
			ObjectProvider<RedisRuleExchange> exchanges, ObjectProvider<DataSourcePoolMetadataProvider> pools,
			ResourceLoader resourceLoader) {
		boolean listen = properties.isListen() && ClassUtils.isPresent(POSTGRES, resourceLoader.getClassLoader())
				&& hasConnectionToSpare(database.dataSource(), pools);
		RulesSchema schema = new RulesSchema(database.dataSource(), properties, resourceLoader);
		return new RuleFollower(database.dataSource(), database.repository(), rules, database.json(),
				exchange(exchanges), RuleFollowerSettingsFactory.settings(properties, listen), schema::create);
	}

	/**
	 * Who listens keeps a connection, which must not be the only one.
	 */
	private static boolean hasConnectionToSpare(TimeLimitedDataSource dataSource,
			ObjectProvider<DataSourcePoolMetadataProvider> pools) {
		DataSourcePoolMetadata pool = new CompositeDataSourcePoolMetadataProvider(pools.orderedStream().toList())
			.getDataSourcePoolMetadata(Objects.requireNonNull(dataSource.getTargetDataSource()));
		Integer max = (pool != null) ? pool.getMax() : null;
		return max == null || max > 1;
	}

	private static RuleExchange exchange(ObjectProvider<RedisRuleExchange> exchanges) {
		RedisRuleExchange redis = exchanges.getIfAvailable();
		return (redis != null) ? redis : RuleExchange.NONE;
	}

	@Bean
	RuleFollowing rateLimitRuleFollowing(RuleFollower follower) {
		return new RuleFollowing(follower);
	}

	@Bean
	FollowedRuleRepository rateLimitRuleRepository(RulesDatabase database, RuleFollower follower) {
		return new FollowedRuleRepository(database.repository(), follower);
	}

	private static DataSource single(ObjectProvider<DataSource> dataSources) {
		DataSource single = dataSources.getIfUnique();
		if (single == null) {
			boolean none = dataSources.stream().findAny().isEmpty();
			throw new InvalidRateLimitConfigurationException(PREFIX + "enabled", "true",
					(none) ? "there is no DataSource to keep rules in"
							: "there are several DataSource beans, and none of them is the primary one",
					(none) ? "Set 'spring.datasource.url', or define a DataSource bean, or leave '" + PREFIX
							+ "enabled' out." : "Mark the DataSource that is to keep rules as @Primary.");
		}
		return single;
	}

}
