package io.github.ratelimit.autoconfigure.service;

import java.util.Map;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.ClassUtils;

/**
 * Sets what a service does best with, where the application does not say otherwise:
 * virtual threads where the JVM has them, and the id of the request on each line of the
 * log. Only a servlet application is one: whatever else shares its properties may have
 * nothing but its platform threads to keep it alive.
 */
final class ServiceEnvironmentPostProcessor implements EnvironmentPostProcessor, Ordered {

	private static final String ENABLED = "ratelimit.service.enabled";

	private static final String TYPE = "spring.main.web-application-type";

	private static final String CORRELATION_ID = "correlationId(36)";

	private static final String TRACER = "io.micrometer.tracing.Tracer";

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		if (environment.getProperty(ENABLED, Boolean.class, false) && isServlet(environment, application)) {
			String ids = CORRELATION_ID;
			if (ClassUtils.isPresent(TRACER, application.getClassLoader())) {
				ids = "traceId(32),spanId(16)," + ids;
			}
			environment.getPropertySources()
				.addLast(new MapPropertySource("rateLimitService", Map.of("spring.threads.virtual.enabled", "true",
						"logging.pattern.correlation", "%correlationId{" + ids + "}")));
		}
	}

	/**
	 * Return whether the application will be one, which it is told by its properties only
	 * after this.
	 */
	private static boolean isServlet(ConfigurableEnvironment environment, SpringApplication application) {
		return Binder.get(environment)
			.bind(TYPE, WebApplicationType.class)
			.orElse(application.getWebApplicationType()) == WebApplicationType.SERVLET;
	}

}
