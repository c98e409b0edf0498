package io.github.ratelimit.autoconfigure.service;

import java.util.List;

import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.autoconfigure.RateLimitProperties;
import io.github.ratelimit.autoconfigure.RulesProperties;
import io.github.ratelimit.autoconfigure.ServiceMode;
import io.github.ratelimit.check.StartupCheck;
import io.github.ratelimit.service.ApiKeyCallers;
import io.github.ratelimit.service.CallerSource;
import io.github.ratelimit.service.CorrelationFilter;
import io.github.ratelimit.service.MetricsText;
import io.github.ratelimit.service.SecurityCallers;
import io.github.ratelimit.service.ServiceAccess;
import io.github.ratelimit.service.ServiceRoutes;
import io.github.ratelimit.tier.RuleRepository;
import io.github.ratelimit.tier.TierRateLimiters;
import io.github.ratelimit.tier.jdbc.FollowedRuleRepository;
import io.github.ratelimit.tier.jdbc.RuleFollower;
import io.github.ratelimit.tier.json.RuleJson;
import io.github.ratelimit.web.http.RateLimitHeaders;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the limiter as a service.
 */
@AutoConfiguration(after = RateLimitAutoConfiguration.class, afterName = {
		"io.github.ratelimit.autoconfigure.rules.RateLimitRulesAutoConfiguration",
		"org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusMetricsExportAutoConfiguration" })
@EnableConfigurationProperties(RateLimitServiceProperties.class)
@Import(IncompleteServiceConfiguration.class)
public final class RateLimitServiceAutoConfiguration {

	/**
	 * The service, where there is Spring MVC.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty(name = "ratelimit.service.enabled")
	@ConditionalOnWebApplication(type = Type.SERVLET)
	@ConditionalOnClass({ Filter.class, DispatcherServlet.class, DispatcherServletPath.class, JsonMapper.class })
	static class ServiceConfiguration {

		@Bean
		ServiceMode rateLimitServiceMode() {
			return new ServiceMode();
		}

		@Bean
		ServiceRoutes rateLimitServiceRoutes(RateLimitServiceProperties properties, RateLimitProperties limits,
				RulesProperties rules, TierRateLimiters limiters, RateLimitStore store,
				ObjectProvider<RuleRepository> repository, ObjectProvider<RuleFollower> followers,
				ObjectProvider<MetricsText> metrics) {
			// Which of them callers name shows when they do
			limiters.tiers().forEach((tier) -> limiters.requireTier(tier.name(), "the service"));
			return new ServiceRoutes(new ServiceSettingsFactory(properties).settings(limits.isEnabled()), limiters,
					store, new RateLimitHeaders(limits.getResponse().getHeaders()), new RuleJson(rules.getAlgorithm()),
					followed(repository.getIfAvailable(), followers.getIfAvailable()), metrics.getIfAvailable());
		}

		/**
		 * Changes over HTTP hold at once, also where the application keeps the rules.
		 */
		private static @Nullable RuleRepository followed(@Nullable RuleRepository repository,
				@Nullable RuleFollower follower) {
			return (repository == null || follower == null || repository instanceof FollowedRuleRepository) ? repository
					: new FollowedRuleRepository(repository, follower);
		}

		@Bean
		@ConditionalOnMissingBean
		ServiceAccess rateLimitServiceAccess(ObjectProvider<CallerSource> sources) {
			return new ServiceAccess(sources.orderedStream().toList());
		}

		@Bean
		CallerSource rateLimitServiceApiKeyCallers(RateLimitServiceProperties properties) {
			ApiKeyCallers keys = new ServiceSettingsFactory(properties).apiKeys();
			return (keys != null) ? keys : (request) -> null;
		}

		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE)
		RouterFunction<ServerResponse> rateLimitServiceRouter(ServiceRoutes routes, ServiceAccess access) {
			return routes.router(access);
		}

		/**
		 * Comes right after the filter that begins the span of a request.
		 */
		@Bean
		FilterRegistrationBean<CorrelationFilter> rateLimitServiceCorrelationFilter(ServiceRoutes routes,
				ObjectProvider<DispatcherServletPath> servletPath) {
			FilterRegistrationBean<CorrelationFilter> registration = new FilterRegistrationBean<>(
					new CorrelationFilter());
			DispatcherServletPath servlet = servletPath.getIfAvailable();
			registration.setUrlPatterns(routes.urlPatterns()
				.stream()
				.map((pattern) -> (servlet != null) ? servlet.getRelativePath(pattern) : pattern)
				.toList());
			registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 2);
			registration.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR);
			return registration;
		}

		@Bean
		StartupCheck rateLimitServiceAccessCheck(RateLimitServiceProperties properties,
				ObjectProvider<CallerSource> sources) {
			boolean hasKeys = properties.getApiKey() != null || properties.getAdminApiKey() != null;
			// One of them is that of keys, which may be none
			List<CallerSource> known = sources.stream().toList();
			return new ServiceAccessCheck(hasKeys || known.size() > 1);
		}

	}

	/**
	 * Meters for Prometheus, where there is a registry of them.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty(name = "ratelimit.service.enabled")
	@ConditionalOnWebApplication(type = Type.SERVLET)
	@ConditionalOnClass({ Filter.class, DispatcherServlet.class, PrometheusMeterRegistry.class })
	@ConditionalOnBean(PrometheusMeterRegistry.class)
	static class MetricsConfiguration {

		@Bean
		@ConditionalOnMissingBean(MetricsText.class)
		PrometheusMetricsText rateLimitServiceMetricsText(PrometheusMeterRegistry registry) {
			return new PrometheusMetricsText(registry);
		}

	}

	/**
	 * Callers that the application has authenticated, where there is Spring Security.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty(name = "ratelimit.service.enabled")
	@ConditionalOnWebApplication(type = Type.SERVLET)
	@ConditionalOnClass({ Filter.class, DispatcherServlet.class, SecurityContextHolder.class })
	static class SecurityConfiguration {

		@Bean
		SecurityCallers rateLimitServiceSecurityCallers(RateLimitServiceProperties properties) {
			ServiceSettingsFactory factory = new ServiceSettingsFactory(properties);
			return new SecurityCallers(factory.authority("check-authority", properties.getCheckAuthority()),
					factory.authority("admin-authority", properties.getAdminAuthority()));
		}

	}

}
