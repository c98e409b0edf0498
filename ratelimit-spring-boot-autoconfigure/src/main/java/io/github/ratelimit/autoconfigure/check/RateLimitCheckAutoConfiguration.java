package io.github.ratelimit.autoconfigure.check;

import java.util.Objects;
import java.util.stream.Collectors;

import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.autoconfigure.RateLimitProperties;
import io.github.ratelimit.autoconfigure.RuleProperties;
import io.github.ratelimit.autoconfigure.RulesProperties;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.check.StartupCheck;
import io.github.ratelimit.identity.ClientAddressResolver;
import io.github.ratelimit.tier.RuleRepository;
import io.github.ratelimit.tier.TierRateLimiters;
import io.github.ratelimit.web.servlet.RouteGate;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;
import org.springframework.web.util.pattern.PathPattern;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the checks that are made when
 * the application starts. They come last, so that what stops the start in its own words
 * has done so.
 */
@AutoConfiguration(after = RateLimitAutoConfiguration.class,
		afterName = { "io.github.ratelimit.autoconfigure.aop.RateLimitedAutoConfiguration",
				"io.github.ratelimit.autoconfigure.rules.RateLimitRulesAutoConfiguration",
				"io.github.ratelimit.autoconfigure.web.servlet.RateLimitServletAutoConfiguration",
				"org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration" })
@ConditionalOnBooleanProperty(name = "ratelimit.enabled", matchIfMissing = true)
public final class RateLimitCheckAutoConfiguration {

	@Bean
	StartupCheck rateLimitInstancesCheck(RateLimitStore store, Environment environment) {
		return new InstancesCheck(store, environment);
	}

	@Bean
	StartupCheck rateLimitRouteTiersCheck(RateLimitProperties properties, TierRateLimiters limiters) {
		return new RouteTiersCheck(properties.getRoutes(), limiters);
	}

	@Bean
	StartupCheck rateLimitPlanChangeCheck(TierRateLimiters limiters) {
		return new PlanChangeCheck(limiters);
	}

	/**
	 * Rules that are kept elsewhere may limit a plan at any time.
	 */
	@Bean
	@ConditionalOnMissingBean(RuleRepository.class)
	StartupCheck rateLimitPlanRuleCheck(RateLimitProperties properties, RulesProperties rules,
			TierRateLimiters limiters) {
		return new PlanRuleCheck(properties.getPlans(), limiters,
				rules.getConfigured()
					.stream()
					.map(RuleProperties::getPlan)
					.filter(Objects::nonNull)
					.collect(Collectors.toSet()));
	}

	@Bean
	StartupCheck rateLimitKeyCheck(RateLimitProperties properties, TierRateLimiters limiters) {
		return new KeyCheck(limiters, StringUtils.hasText(properties.getKeys().getSecret()));
	}

	@Bean
	StartupCheck rateLimitLongWindowCheck(TierRateLimiters limiters, RateLimitStore store) {
		return new LongWindowCheck(limiters, store);
	}

	@Bean
	StartupCheck rateLimitOpenLoginCheck(RateLimitProperties properties, TierRateLimiters limiters) {
		return new OpenLoginCheck(properties.getTiers().keySet(), limiters);
	}

	@Bean
	StartupCheck rateLimitUnknownPropertyCheck(ConfigurableEnvironment environment, ListableBeanFactory beanFactory) {
		return new UnknownPropertyCheck(environment, beanFactory);
	}

	@Bean
	StartupChecks rateLimitStartupChecks(Findings findings, ObjectProvider<StartupCheck> checks,
			RateLimitProperties properties, TierRateLimiters limiters) {
		return new StartupChecks(findings, checks, new UnusedTierCheck(properties.getTiers().keySet(), limiters));
	}

	/**
	 * Checks of what only requests over HTTP have.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	@ConditionalOnClass(PathPattern.class)
	static class RequestCheckConfiguration {

		@Bean
		StartupCheck rateLimitClientAddressCheck(ClientAddressResolver addresses) {
			return new ClientAddressCheck(addresses.settings());
		}

		@Bean
		StartupCheck rateLimitEarlyRouteCheck(RouteGate routes, TierRateLimiters limiters) {
			return new EarlyRouteCheck(routes, limiters);
		}

		@Bean
		StartupCheck rateLimitRouteCheck(RateLimitProperties properties, Environment environment) {
			return new RouteCheck(properties.getRoutes(), environment.getProperty("server.servlet.context-path", ""));
		}

		/**
		 * The check of what platforms ask, where there is the actuator.
		 */
		@Configuration(proxyBeanMethods = false)
		@ConditionalOnClass(ManagementPortType.class)
		static class HealthConfiguration {

			@Bean
			@ConditionalOnBean(PathMappedEndpoints.class)
			StartupCheck rateLimitHealthRouteCheck(RouteGate routes, ObjectProvider<PathMappedEndpoints> endpoints,
					Environment environment) {
				return new HealthRouteCheck(routes, endpoints::getObject, environment);
			}

		}

	}

}
