package io.github.ratelimit.autoconfigure.actuate;

import jakarta.servlet.Filter;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * {@link ManagementContextConfiguration @ManagementContextConfiguration} that bounds what
 * the endpoint is sent, on whatever port that is.
 */
@ManagementContextConfiguration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = Type.SERVLET)
@ConditionalOnClass({ Filter.class, OncePerRequestFilter.class, DispatcherServletPath.class })
@ConditionalOnBooleanProperty(name = "ratelimit.enabled", matchIfMissing = true)
final class RateLimitManagementContextConfiguration {

	@Bean
	FilterRegistrationBean<BodyLimitFilter> rateLimiterEndpointBodyLimitFilter(
			ObjectProvider<PathMappedEndpoints> endpoints, ObjectProvider<DispatcherServletPath> servletPath) {
		PathMappedEndpoints mapped = endpoints.getIfAvailable();
		String path = (mapped != null) ? mapped.getPath(EndpointId.of("ratelimiter")) : null;
		DispatcherServletPath servlet = servletPath.getIfAvailable();
		FilterRegistrationBean<BodyLimitFilter> registration = new FilterRegistrationBean<>(new BodyLimitFilter(
				(path != null && servlet != null) ? servlet.getRelativePath(path) : String.valueOf(path)));
		registration.setEnabled(path != null);
		registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 1000);
		return registration;
	}

}
