package io.github.ratelimit.autoconfigure;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.web.context.reactive.ReactiveWebApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Stops the start of a reactive application with routes, which nothing would limit.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(name = "ratelimit.enabled", matchIfMissing = true)
class ReactiveRoutesConfiguration {

	/**
	 * Of a type that is made at start however lazy the application is.
	 */
	@Bean
	SmartInitializingSingleton rateLimitReactiveRoutesCheck(RateLimitProperties properties,
			ApplicationContext context) {
		return () -> {
			if (context instanceof ReactiveWebApplicationContext && !properties.getRoutes().isEmpty()) {
				throw new InvalidRateLimitConfigurationException("ratelimit.routes[0].paths",
						String.join(",", properties.getRoutes().get(0).getPaths()),
						"routes are limited in servlet applications only, and this one is reactive",
						"Use spring-boot-starter-webmvc, or leave 'ratelimit.routes' out and ask the RateLimiterRegistry "
								+ "in code.");
			}
		};
	}

}
