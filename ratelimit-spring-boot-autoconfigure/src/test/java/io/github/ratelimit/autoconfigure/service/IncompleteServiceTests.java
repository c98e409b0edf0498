package io.github.ratelimit.autoconfigure.service;

import io.github.ratelimit.autoconfigure.InvalidRateLimitConfigurationException;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.autoconfigure.ServiceMode;
import io.github.ratelimit.tier.Tier;
import io.github.ratelimit.tier.TierRateLimiters;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.dynamic.loading.ClassLoadingStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.AbstractApplicationContextRunner;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what an application is told that is to be the service and cannot be.
 */
@ExtendWith(OutputCaptureExtension.class)
class IncompleteServiceTests {

	private static final String WARNING = "'ratelimit.service.enabled' is true, and this is no web application";

	@ParameterizedTest
	@ValueSource(strings = { "org.springframework.web.servlet.DispatcherServlet",
			"org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath",
			"tools.jackson.databind.json.JsonMapper" })
	void servletApplicationWithoutALibraryDoesNotStart(String type) {
		assertFails(new WebApplicationContextRunner().withClassLoader(new FilteredClassLoader(type::equals)),
				type + " is not on the class path");
	}

	@Test
	void reactiveApplicationDoesNotStart() {
		ClassLoader webFlux = new ByteBuddy().subclass(Object.class)
			.name("org.springframework.web.reactive.HandlerResult")
			.make()
			.load(getClass().getClassLoader(), ClassLoadingStrategy.Default.WRAPPER)
			.getLoaded()
			.getClassLoader();
		assertFails(new ReactiveWebApplicationContextRunner().withClassLoader(webFlux),
				"this is no servlet application");
	}

	@Test
	void otherApplicationIsWarnedAndIsNoService(CapturedOutput output) {
		enabled(new ApplicationContextRunner())
			.withPropertyValues("ratelimit.rules.configured[0].endpoint=search",
					"ratelimit.rules.configured[0].rate=5/m", "ratelimit.rules.configured[1].endpoint=global",
					"ratelimit.rules.configured[1].rate=5/m")
			.run((context) -> {
				assertThat(context).as("settings may be shared with a service").hasNotFailed();
				assertThat(context).doesNotHaveBean(ServiceMode.class);
			});
		assertThat(output).containsOnlyOnce(WARNING);
	}

	@Test
	void otherApplicationIsWarnedWhereBeansAreMadeWhenTheyAreNeeded(CapturedOutput output) {
		enabled(new ApplicationContextRunner().withInitializer(
				(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor())))
			.run((context) -> assertThat(output).containsOnlyOnce(WARNING));
	}

	@Test
	void nobodyIsToldWhereThereIsAServiceOrIsToBeNone(CapturedOutput output) {
		enabled(new WebApplicationContextRunner()).run((context) -> {
			assertThat(context).hasNotFailed().hasSingleBean(ServiceMode.class);
			assertThat(context.getBean(TierRateLimiters.class).tiers()).extracting(Tier::name).contains("global");
		});
		configured(new ApplicationContextRunner()).run((context) -> assertThat(context).hasNotFailed());
		configured(new ReactiveWebApplicationContextRunner()).run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain(WARNING);
	}

	/**
	 * Also where limits would not start without the service.
	 */
	private static void assertFails(AbstractApplicationContextRunner<?, ?, ?> runner, String reason) {
		enabled(runner)
			.withPropertyValues("ratelimit.rules.configured[0].endpoint=search",
					"ratelimit.rules.configured[0].rate=5/m")
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidRateLimitConfigurationException.class)
				.hasMessageContainingAll("ratelimit.service.enabled", reason));
	}

	private static AbstractApplicationContextRunner<?, ?, ?> enabled(AbstractApplicationContextRunner<?, ?, ?> runner) {
		return configured(runner).withPropertyValues("ratelimit.service.enabled=true");
	}

	private static AbstractApplicationContextRunner<?, ?, ?> configured(
			AbstractApplicationContextRunner<?, ?, ?> runner) {
		return runner.withPropertyValues("REDIS_URL=", "MEMORYSTORE_ENABLED=")
			.withConfiguration(
					AutoConfigurations.of(RateLimitAutoConfiguration.class, RateLimitServiceAutoConfiguration.class));
	}

}
