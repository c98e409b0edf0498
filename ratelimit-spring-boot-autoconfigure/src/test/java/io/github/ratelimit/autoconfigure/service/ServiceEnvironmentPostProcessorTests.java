package io.github.ratelimit.autoconfigure.service;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ServiceEnvironmentPostProcessor} in the start of an application.
 */
class ServiceEnvironmentPostProcessorTests {

	@ParameterizedTest
	@CsvSource({ "SERVLET, none", "NONE, none", "NONE, ''", "REACTIVE, none" })
	void changesNothingWhereThereIsNoService(WebApplicationType type, String property) {
		assertThat(isChanged(type, "--ratelimit.service.enabled=true",
				(property.isEmpty()) ? "--a=b" : "--spring.main.web-application-type=" + property))
			.isFalse();
	}

	@Test
	void changesNothingUnlessTheServiceIsEnabled() {
		assertThat(isChanged(WebApplicationType.NONE, "--a=b")).isFalse();
	}

	private static boolean isChanged(WebApplicationType type, String... arguments) {
		SpringApplication application = new SpringApplication(ServiceApplication.Nothing.class);
		application.setWebApplicationType(type);
		try (ConfigurableApplicationContext context = application.run(arguments)) {
			Environment environment = context.getEnvironment();
			return environment.containsProperty("spring.threads.virtual.enabled")
					|| environment.containsProperty("logging.pattern.correlation");
		}
	}

}
