package io.github.ratelimit.autoconfigure.web.servlet;

import java.time.Clock;
import java.util.List;

import io.github.ratelimit.autoconfigure.ClientAddressProperties;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.autoconfigure.RateLimitProperties;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.identity.ClientAddressResolver;
import io.github.ratelimit.tier.TierGate;
import io.github.ratelimit.tier.TierRateLimiters;
import io.github.ratelimit.web.http.RateLimitHeaders;
import io.github.ratelimit.web.http.RateLimitProblem;
import io.github.ratelimit.web.servlet.ProblemResponseWriter;
import io.github.ratelimit.web.servlet.RateLimitExceptionHandler;
import io.github.ratelimit.web.servlet.RateLimitFilter;
import io.github.ratelimit.web.servlet.RateLimitResponseWriter;
import io.github.ratelimit.web.servlet.RateLimitRoute;
import io.github.ratelimit.web.servlet.ResponseListener;
import io.github.ratelimit.web.servlet.ServletClientAddresses;
import io.github.ratelimit.web.servlet.ServletRequests;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.json.JsonWriter;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletListenerRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * {@link AutoConfiguration Auto-configuration} for limits on HTTP requests in a servlet
 * application.
 */
@AutoConfiguration(after = RateLimitAutoConfiguration.class)
@ConditionalOnWebApplication(type = Type.SERVLET)
@ConditionalOnClass({ Filter.class, OncePerRequestFilter.class })
@ConditionalOnBooleanProperty(name = "ratelimit.enabled", matchIfMissing = true)
@EnableConfigurationProperties(ClientAddressProperties.class)
public final class RateLimitServletAutoConfiguration {

	/**
	 * Order of Spring Security's filter chain unless set.
	 */
	static final int SECURITY_FILTER_ORDER = -100;

	@Bean
	@ConditionalOnMissingBean
	RateLimitResponseWriter rateLimitResponseWriter() {
		JsonWriter<RateLimitProblem> json = JsonWriter.of((members) -> {
			members.add("type", RateLimitProblem::type);
			members.add("title", RateLimitProblem::title);
			members.add("status", RateLimitProblem::status);
			members.add("detail", RateLimitProblem::detail);
			members.add("violated-policies", RateLimitProblem::violatedPolicies);
			members.add("error", RateLimitProblem::error);
			members.add("message", RateLimitProblem::message);
			members.add("retry_after", RateLimitProblem::retryAfter).whenNotNull();
			members.add("limit", RateLimitProblem::limit).whenNotNull();
			members.add("rate", RateLimitProblem::rate).whenNotNull();
		});
		return new ProblemResponseWriter(json::writeToString);
	}

	@Bean
	@Order(0)
	ServletRequests rateLimitServletRequests(RateLimitProperties properties, ClientAddressResolver clientAddresses,
			Findings findings) {
		return new ServletRequests(new RateLimitHeaders(properties.getResponse().getHeaders()), Clock.systemUTC(),
				new ServletClientAddresses(clientAddresses, findings));
	}

	@Bean
	@ConditionalOnMissingBean
	ClientAddressResolver rateLimitClientAddressResolver(ClientAddressProperties properties) {
		return new ClientAddressResolver(properties.settings());
	}

	@Bean
	@ConditionalOnMissingBean(value = RateLimitFilter.class, parameterizedContainer = FilterRegistrationBean.class)
	FilterRegistrationBean<RateLimitFilter> rateLimitFilter(RateLimitProperties properties, Environment environment,
			TierRateLimiters limiters, TierGate gate, ServletRequests requests, RateLimitResponseWriter writer) {
		List<RateLimitRoute> routes = new RouteFactory(limiters).routes(properties.getRoutes());
		FilterRegistrationBean<RateLimitFilter> registration = new FilterRegistrationBean<>(
				new RateLimitFilter(routes, gate, requests, writer));
		Integer order = properties.getFilter().getOrder();
		registration.setOrder((order != null) ? order : afterSpringSecurity(environment));
		registration.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR);
		return registration;
	}

	@Bean
	ServletListenerRegistrationBean<ResponseListener> rateLimitResponseListener() {
		return new ServletListenerRegistrationBean<>(new ResponseListener());
	}

	private static int afterSpringSecurity(Environment environment) {
		int order = environment.getProperty("spring.security.filter.order", Integer.class, SECURITY_FILTER_ORDER);
		return (order < Ordered.LOWEST_PRECEDENCE) ? order + 1 : order;
	}

	/**
	 * Answers to refusals in controllers, where there is Spring MVC.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(DispatcherServlet.class)
	static class MvcConfiguration {

		@Bean
		RateLimitExceptionHandler rateLimitExceptionHandler(RateLimitResponseWriter writer, ServletRequests requests) {
			return new RateLimitExceptionHandler(writer, requests);
		}

	}

}
