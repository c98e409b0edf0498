package io.github.ratelimit.autoconfigure.rules;

import java.util.stream.Stream;

import io.github.ratelimit.autoconfigure.InvalidRateLimitConfigurationException;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ResourceLoader;
import org.springframework.util.ClassUtils;

/**
 * Stops the start where rules are to be kept and a library is missing, instead of leaving
 * them out without a word.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnMissingBean(RulesDatabase.class)
class IncompleteRulesConfiguration {

	private static final String PROPERTY = "ratelimit.rules.jdbc.enabled";

	/**
	 * Comes before beans are made, which an application may have made only when they are
	 * needed.
	 */
	@Bean
	static BeanFactoryPostProcessor rateLimitRulesRequirements(ResourceLoader resourceLoader) {
		return (beans) -> Stream
			.of("org.springframework.jdbc.core.simple.JdbcClient",
					"org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer",
					"tools.jackson.databind.json.JsonMapper")
			.filter((type) -> !ClassUtils.isPresent(type, resourceLoader.getClassLoader()))
			.findFirst()
			.ifPresent((type) -> {
				throw new InvalidRateLimitConfigurationException(PROPERTY, "true", type + " is not on the class path",
						"Add spring-boot-starter-jdbc and spring-boot-jackson, or leave '" + PROPERTY + "' out.");
			});
	}

}
