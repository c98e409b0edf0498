package io.github.ratelimit.autoconfigure.service;

import java.util.Map;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.ClassUtils;

/**
 * Sets what a service does best with, where the application does not say otherwise:
 * virtual threads where the JVM has them, and the id of the request on each line of the
 * log.
 */
final class ServiceEnvironmentPostProcessor implements EnvironmentPostProcessor, Ordered {

	private static final String ENABLED = "ratelimit.service.enabled";

	private static final String CORRELATION_ID = "correlationId(36)";

	private static final String TRACER = "io.micrometer.tracing.Tracer";

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		if (environment.getProperty(ENABLED, Boolean.class, false)) {
			String ids = CORRELATION_ID;
			if (ClassUtils.isPresent(TRACER, application.getClassLoader())) {
				ids = "traceId(32),spanId(16)," + ids;
			}
			environment.getPropertySources()
				.addLast(new MapPropertySource("rateLimitService", Map.of("spring.threads.virtual.enabled", "true",
						"logging.pattern.correlation", "%correlationId{" + ids + "}")));
		}
	}

}
