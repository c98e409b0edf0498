package io.github.ratelimit.autoconfigure.service;

import java.util.stream.Stream;

import io.github.ratelimit.autoconfigure.InvalidRateLimitConfigurationException;
import io.github.ratelimit.autoconfigure.ServiceMode;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnNotWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ResourceLoader;
import org.springframework.util.ClassUtils;

/**
 * Tells why there is no service where it is switched on.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(name = IncompleteServiceConfiguration.PROPERTY)
@ConditionalOnMissingBean(ServiceMode.class)
class IncompleteServiceConfiguration {

	static final String PROPERTY = "ratelimit.service.enabled";

	/**
	 * Stops the start of a web application that would answer nobody.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication
	static class WebConfiguration {

		/**
		 * Comes before limits are made, which would complain that nobody can ask for
		 * them.
		 */
		@Bean
		static BeanFactoryPostProcessor rateLimitServiceRequirements(ResourceLoader resourceLoader) {
			return (beans) -> {
				String reason = Stream
					.of("org.springframework.web.servlet.DispatcherServlet",
							"org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath",
							"jakarta.servlet.Filter", "tools.jackson.databind.json.JsonMapper")
					.filter((type) -> !ClassUtils.isPresent(type, resourceLoader.getClassLoader()))
					.findFirst()
					.map((type) -> type + " is not on the class path")
					.orElse("the service needs Spring MVC, and this is no servlet application");
				throw new InvalidRateLimitConfigurationException(PROPERTY, "true", reason,
						"Add spring-boot-starter-webmvc and spring-boot-starter-jackson, or leave '" + PROPERTY
								+ "' out.");
			};
		}

	}

	/**
	 * Leaves an application that is not for the web its start: a worker may share the
	 * properties of the service that it works for.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnNotWebApplication
	static class OtherConfiguration {

		private static final Log logger = LogFactory.getLog(OtherConfiguration.class);

		/**
		 * Of a type that is made at start however lazy the application is.
		 */
		@Bean
		SmartInitializingSingleton rateLimitServiceNotice() {
			return () -> logger.warn("'" + PROPERTY + "' is true, and this is no web application: nobody can ask it");
		}

	}

}
