package io.github.ratelimit.autoconfigure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ReactiveRoutesConfiguration}.
 */
class ReactiveRoutesConfigurationTests {

	private static final String[] ROUTE = { "ratelimit.routes[0].tier=auth",
			"ratelimit.routes[0].paths=/login,/signup" };

	private final ReactiveWebApplicationContextRunner runner = new ReactiveWebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RateLimitAutoConfiguration.class));

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void routesOfAReactiveApplicationStopItsStart(boolean lazy) {
		this.runner.withPropertyValues(ROUTE).withInitializer((context) -> {
			if (lazy) {
				context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor());
			}
		})
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOfSatisfying(InvalidRateLimitConfigurationException.class, (ex) -> {
					assertThat(ex.getProperty()).isEqualTo("ratelimit.routes[0].paths");
					assertThat(ex.getValue()).isEqualTo("/login,/signup");
					assertThat(ex.getReason()).contains("servlet applications only");
				}));
	}

	@ParameterizedTest
	@ValueSource(strings = { "ratelimit.tiers.mine.rate=1/s", "ratelimit.enabled=false" })
	void reactiveApplicationThatExpectsNoRoutesStarts(String property) {
		this.runner.withPropertyValues((property.contains("enabled")) ? ROUTE : new String[0])
			.withPropertyValues(property)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void applicationWithoutRequestsMayShareSettings() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(RateLimitAutoConfiguration.class))
			.withPropertyValues(ROUTE)
			.run((context) -> assertThat(context).hasNotFailed());
	}

}
