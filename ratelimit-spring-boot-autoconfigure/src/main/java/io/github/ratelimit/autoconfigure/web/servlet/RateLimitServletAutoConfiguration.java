package io.github.ratelimit.autoconfigure.web.servlet;

import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import io.github.ratelimit.autoconfigure.ClientAddressProperties;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.autoconfigure.RateLimitProperties;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.identity.ClientAddressResolver;
import io.github.ratelimit.identity.KeySource;
import io.github.ratelimit.tier.TierGate;
import io.github.ratelimit.tier.TierRateLimiters;
import io.github.ratelimit.web.http.RateLimitHeaders;
import io.github.ratelimit.web.http.RateLimitProblem;
import io.github.ratelimit.web.servlet.ApplicationCors;
import io.github.ratelimit.web.servlet.ProblemResponseWriter;
import io.github.ratelimit.web.servlet.RateLimitExceptionHandler;
import io.github.ratelimit.web.servlet.RateLimitFilter;
import io.github.ratelimit.web.servlet.RateLimitInterceptor;
import io.github.ratelimit.web.servlet.RateLimitResponseWriter;
import io.github.ratelimit.web.servlet.ResponseFilter;
import io.github.ratelimit.web.servlet.RouteGate;
import io.github.ratelimit.web.servlet.ServletClientAddresses;
import io.github.ratelimit.web.servlet.ServletRequests;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.json.JsonWriter;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.web.cors.CorsConfigurationSource;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.handler.MappedInterceptor;
import org.springframework.web.util.pattern.PathPatternParser;

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

	/**
	 * Order of the first filter of Spring MVC that reads parameters.
	 */
	static final int BODY_READER_FILTER_ORDER = -10_000;

	@Bean
	@ConditionalOnMissingBean
	RateLimitResponseWriter rateLimitResponseWriter() {
		return new ProblemResponseWriter(ProblemJson::write);
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

	/**
	 * What Spring MVC's handlers allow other origins is asked of the bean by which Spring
	 * Security asks too, by its name: its type is deprecated, and there is no other way
	 * to ask yet.
	 */
	@Bean
	RouteGate rateLimitRouteGate(RateLimitProperties properties, TierRateLimiters limiters, TierGate gate,
			ServletRequests requests, RateLimitResponseWriter writer,
			@Qualifier("mvcPatternParser") ObjectProvider<PathPatternParser> parser,
			@Qualifier("corsConfigurationSource") ObjectProvider<CorsConfigurationSource> configuredCors,
			@Qualifier("mvcHandlerMappingIntrospector") ObjectProvider<CorsConfigurationSource> handlersCors) {
		RouteFactory routes = new RouteFactory(limiters, parser.getIfAvailable(PathPatternParser::new));
		return new RouteGate(routes.routes(properties.getRoutes()), gate, requests, writer, new ApplicationCors(
				configuredCors::getIfAvailable, handlersCors::getIfAvailable, credentials(properties, limiters)));
	}

	/**
	 * Return the names of the header fields by which tiers and plans know callers.
	 */
	private static List<String> credentials(RateLimitProperties properties, TierRateLimiters limiters) {
		return Stream
			.concat(Stream.of(properties.getKeys().getApiKeyHeader()),
					limiters.tiers().stream().flatMap((tier) -> tier.key().all()).map(KeySource::header))
			.filter(Objects::nonNull)
			.toList();
	}

	@Bean
	FilterRegistrationBean<ResponseFilter> rateLimitResponseFilter() {
		FilterRegistrationBean<ResponseFilter> registration = new FilterRegistrationBean<>(new ResponseFilter());
		registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
		registration.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR);
		return registration;
	}

	/**
	 * The filters. An application that registers one itself registers all that it wants.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingBean(value = RateLimitFilter.class, parameterizedContainer = FilterRegistrationBean.class)
	static class FilterConfiguration {

		@Bean
		FilterRegistrationBean<RateLimitFilter> rateLimitFilter(RateLimitProperties properties, Environment environment,
				RouteGate routes) {
			Integer order = properties.getFilter().getOrder();
			return registration(new RateLimitFilter(routes), "rateLimitFilter",
					(order != null) ? order : after(securityOrder(environment)));
		}

		/**
		 * Comes before filters of Spring MVC that read the body of forms.
		 */
		@Bean
		FilterRegistrationBean<RateLimitFilter> rateLimitFirstFilter(Environment environment, RouteGate routes) {
			return beforeAuthentication(routes, "rateLimitFirstFilter",
					Math.min(before(securityOrder(environment)), BODY_READER_FILTER_ORDER - 1));
		}

		/**
		 * Comes right before Spring Security, after filters that rewrite requests.
		 */
		@Bean
		FilterRegistrationBean<RateLimitFilter> rateLimitLoginFilter(Environment environment, RouteGate routes) {
			return beforeAuthentication(routes, "rateLimitLoginFilter", before(securityOrder(environment)));
		}

		private static FilterRegistrationBean<RateLimitFilter> beforeAuthentication(RouteGate routes, String name,
				int order) {
			FilterRegistrationBean<RateLimitFilter> registration = registration(
					RateLimitFilter.beforeAuthentication(routes), name, order);
			registration.setEnabled(!routes.beforeAuthentication().isEmpty());
			return registration;
		}

		private static FilterRegistrationBean<RateLimitFilter> registration(RateLimitFilter filter, String name,
				int order) {
			FilterRegistrationBean<RateLimitFilter> registration = new FilterRegistrationBean<>(filter);
			registration.setName(name);
			registration.setOrder(order);
			registration.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR);
			return registration;
		}

		private static int securityOrder(Environment environment) {
			return environment.getProperty("spring.security.filter.order", Integer.class, SECURITY_FILTER_ORDER);
		}

		private static int before(int order) {
			return (order > Ordered.HIGHEST_PRECEDENCE) ? order - 1 : order;
		}

		private static int after(int order) {
			return (order < Ordered.LOWEST_PRECEDENCE) ? order + 1 : order;
		}

	}

	/**
	 * What stands right around controllers, where there is Spring MVC.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(DispatcherServlet.class)
	static class MvcConfiguration {

		@Bean
		RateLimitExceptionHandler rateLimitExceptionHandler(RateLimitResponseWriter writer, ServletRequests requests) {
			return new RateLimitExceptionHandler(writer, requests);
		}

		@Bean
		MappedInterceptor rateLimitInterceptor(RouteGate routes) {
			return new MappedInterceptor(null, new RateLimitInterceptor(routes));
		}

	}

	/**
	 * How problems are written. It is made of many parts, and so not before the first
	 * request is refused.
	 */
	private static final class ProblemJson {

		private static final JsonWriter<RateLimitProblem> WRITER = JsonWriter.of((members) -> {
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

		private ProblemJson() {
		}

		static String write(RateLimitProblem problem) {
			return WRITER.writeToString(problem);
		}

	}

}
