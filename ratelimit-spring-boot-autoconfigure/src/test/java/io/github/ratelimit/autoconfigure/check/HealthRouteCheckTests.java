package io.github.ratelimit.autoconfigure.check;

import java.util.ArrayList;
import java.util.List;

import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.autoconfigure.web.servlet.RateLimitServletAutoConfiguration;
import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Finding;
import io.github.ratelimit.check.Findings;
import org.assertj.core.api.ListAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.application.AvailabilityHealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HealthRouteCheck}.
 */
class HealthRouteCheckTests {

	private static final String ALL = "'/actuator/health', '/actuator/health/liveness', '/actuator/health/readiness'";

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RateLimitAutoConfiguration.class,
				RateLimitServletAutoConfiguration.class, RateLimitCheckAutoConfiguration.class))
		.withPropertyValues("ratelimit.tiers.watched.rate=1/s", "ratelimit.tiers.watched.enforcement=shadow");

	private final WebApplicationContextRunner withHealth = this.runner
		.withConfiguration(AutoConfigurations.of(EndpointAutoConfiguration.class, WebEndpointAutoConfiguration.class,
				HealthContributorRegistryAutoConfiguration.class, HealthEndpointAutoConfiguration.class,
				ApplicationAvailabilityAutoConfiguration.class, AvailabilityHealthContributorAutoConfiguration.class,
				AvailabilityProbesAutoConfiguration.class));

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', value = { "/** | a=b | " + ALL,
			"/actuator/health | a=b | '/actuator/health'", "/{any}/health/liveness | a=b | '/actuator/health/liveness'",
			"/actuator/* | a=b | '/actuator/health'",
			"/** | management.endpoints.web.base-path=/manage | '/manage/health', '/manage/health/liveness', "
					+ "'/manage/health/readiness'",
			"/** | management.endpoints.web.path-mapping.health=h | '/actuator/h', '/actuator/h/liveness', "
					+ "'/actuator/h/readiness'",
			"/mvc/actuator/health | spring.mvc.servlet.path=/mvc | '/mvc/actuator/health'",
			"/livez | management.endpoint.health.probes.add-additional-paths=true | '/livez'", "/api/** | a=b |",
			"/** | management.server.port=9090 |", "/** | management.endpoints.web.exposure.exclude=health |",
			"/** | ratelimit.routes[0].methods=POST |", "/** | ratelimit.routes[0].tier=watched |",
			"/** | ratelimit.routes[0].tier=none |" })
	void routeThatMayRefuseProbesIsTold(String paths, String property, @Nullable String told) {
		found(this.withHealth, paths, property).satisfies((found) -> {
			assertThat(found).hasSize((told != null) ? 1 : 0);
			found.forEach((finding) -> assertThat(finding.detail()).contains(" may refuse " + told + ", by which"));
		});
	}

	@Test
	void probesOnThePortOfRequestsAreToldThoughTheOthersHaveTheirOwn() {
		found(this.withHealth.withPropertyValues("management.server.port=9090"), "/**",
				"management.endpoint.health.probes.add-additional-paths=true")
			.singleElement()
			.satisfies((finding) -> assertThat(finding.detail())
				.startsWith("Route '/**' may refuse '/livez', '/readyz', by which"));
	}

	@Test
	void exemptProbesAreFine() {
		found(this.withHealth.withPropertyValues("ratelimit.routes[1].tier=api", "ratelimit.routes[1].paths=/**"),
				"/actuator/health/**", "ratelimit.routes[0].tier=none")
			.isEmpty();
	}

	@Test
	void withoutTheActuatorThereIsNothingToFind() {
		found(this.runner.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate")), "/**", "a=b")
			.isEmpty();
		found(this.runner, "/**", "a=b").isEmpty();
	}

	private static ListAssert<Finding> found(WebApplicationContextRunner runner, String paths, String property) {
		List<Finding> found = new ArrayList<>();
		runner.withPropertyValues("ratelimit.routes[0].tier=api", "ratelimit.routes[0].paths=" + paths, property)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				context.getBean(Findings.class)
					.all()
					.stream()
					.filter((finding) -> finding.check() == Check.LIMITED_HEALTH)
					.forEach(found::add);
			});
		return assertThat(found);
	}

}
