package io.github.ratelimit.autoconfigure.web.servlet;

import java.util.List;

import io.github.ratelimit.RateLimiterRegistry;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.tier.RequestDecisionsSource;
import io.github.ratelimit.tier.TierGate;
import io.github.ratelimit.web.servlet.RateLimitExceptionHandler;
import io.github.ratelimit.web.servlet.RateLimitFilter;
import io.github.ratelimit.web.servlet.RateLimitResponseWriter;
import io.github.ratelimit.web.servlet.ServletRequests;
import jakarta.servlet.DispatcherType;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterProperties;
import org.springframework.boot.servlet.filter.OrderedFormContentFilter;
import org.springframework.boot.servlet.filter.OrderedHiddenHttpMethodFilter;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.DispatcherServlet;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RateLimitServletAutoConfiguration}.
 */
class RateLimitServletAutoConfigurationTests {

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(RateLimitAutoConfiguration.class, RateLimitServletAutoConfiguration.class));

	@Test
	void filterComesRightAfterSpringSecurity() {
		assertThat(RateLimitServletAutoConfiguration.SECURITY_FILTER_ORDER)
			.isEqualTo(SecurityFilterProperties.DEFAULT_FILTER_ORDER);
		this.runner.run((context) -> assertThat(registration(context).getOrder())
			.isEqualTo(SecurityFilterProperties.DEFAULT_FILTER_ORDER + 1));
		this.runner.withPropertyValues("spring.security.filter.order=7")
			.run((context) -> assertThat(registration(context).getOrder()).isEqualTo(8));
	}

	@Test
	void orderOfTheFilterCanBeSet() {
		this.runner.withPropertyValues("ratelimit.filter.order=-500", "spring.security.filter.order=7")
			.run((context) -> assertThat(registration(context).getOrder()).isEqualTo(-500));
	}

	@Test
	void orderOfTheFilterStaysTheLastThereIs() {
		this.runner.withPropertyValues("spring.security.filter.order=" + Integer.MAX_VALUE)
			.run((context) -> assertThat(registration(context).getOrder()).isEqualTo(Integer.MAX_VALUE));
	}

	@Test
	void filtersForLoginsComeBeforeBodiesAreReadAndBeforeSpringSecurity() {
		assertThat(RateLimitServletAutoConfiguration.BODY_READER_FILTER_ORDER)
			.isEqualTo(OrderedHiddenHttpMethodFilter.DEFAULT_ORDER)
			.isLessThan(OrderedFormContentFilter.DEFAULT_ORDER);
		this.runner.withPropertyValues("ratelimit.routes[0].tier=auth", "ratelimit.routes[0].paths=/login")
			.run((context) -> {
				assertThat(registration(context, "rateLimitFirstFilter")).satisfies((registration) -> {
					assertThat(registration.isEnabled()).isTrue();
					assertThat(registration.getOrder()).isEqualTo(OrderedHiddenHttpMethodFilter.DEFAULT_ORDER - 1);
				});
				assertThat(registration(context, "rateLimitLoginFilter")).satisfies((registration) -> {
					assertThat(registration.isEnabled()).isTrue();
					assertThat(registration.getOrder()).isEqualTo(SecurityFilterProperties.DEFAULT_FILTER_ORDER - 1);
				});
			});
		this.runner
			.withPropertyValues("spring.security.filter.order=-20000", "ratelimit.routes[0].tier=api",
					"ratelimit.routes[0].paths=/login", "ratelimit.routes[0].before-authentication=true")
			.run((context) -> {
				assertThat(registration(context, "rateLimitFirstFilter").getOrder()).isEqualTo(-20_001);
				assertThat(registration(context, "rateLimitLoginFilter").getOrder()).isEqualTo(-20_001);
			});
	}

	@Test
	void filtersForLoginsAreOffWhereThereAreNone() {
		this.runner
			.withPropertyValues("ratelimit.routes[0].tier=api", "ratelimit.routes[0].paths=/login",
					"ratelimit.routes[1].tier=auth", "ratelimit.routes[1].paths=/logout",
					"ratelimit.routes[1].before-authentication=false")
			.run((context) -> {
				assertThat(registration(context, "rateLimitFirstFilter").isEnabled()).isFalse();
				assertThat(registration(context, "rateLimitLoginFilter").isEnabled()).isFalse();
				assertThat(registration(context).isEnabled()).isTrue();
			});
	}

	@Test
	void filterBacksOffWhereTheApplicationRegistersIt() {
		this.runner.withUserConfiguration(OwnRegistration.class)
			.run((context) -> assertThat(context.getBeansOfType(FilterRegistrationBean.class).values())
				.filteredOn((registration) -> registration.getFilter() instanceof RateLimitFilter)
				.singleElement()
				.satisfies((registration) -> assertThat(registration.getOrder()).isEqualTo(42)));
	}

	@Test
	void filterSeesRequestsAsyncAndErrorDispatches() {
		this.runner.run((context) -> {
			assertThat(registration(context).determineDispatcherTypes())
				.containsExactlyInAnyOrder(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR);
			assertThat(registration(context).isAsyncSupported()).isTrue();
			assertThat(registration(context).getUrlPatterns()).isEmpty();
			assertThat(registration(context).getFilter()).isInstanceOf(RateLimitFilter.class);
		});
	}

	@Test
	void nothingIsThereWhileSwitchedOff() {
		this.runner.withPropertyValues("ratelimit.enabled=false").run((context) -> {
			assertThat(context).hasNotFailed().hasSingleBean(RateLimiterRegistry.class);
			assertNothing(context);
		});
	}

	@Test
	void nothingIsThereInAnApplicationThatIsNotOfTheWeb() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(RateLimitAutoConfiguration.class, RateLimitServletAutoConfiguration.class))
			.run(RateLimitServletAutoConfigurationTests::assertNothing);
	}

	@Test
	void nothingIsThereWithoutTheServletApi() {
		new ApplicationContextRunner().withClassLoader(new FilteredClassLoader("jakarta.servlet"))
			.withConfiguration(
					AutoConfigurations.of(RateLimitAutoConfiguration.class, RateLimitServletAutoConfiguration.class))
			.run((context) -> {
				assertThat(context).hasNotFailed().hasSingleBean(RateLimiterRegistry.class);
				assertThat(context).doesNotHaveBean("rateLimitFilter").doesNotHaveBean("rateLimitResponseWriter");
			});
	}

	private static void assertNothing(ApplicationContext context) {
		assertThat(context.getBeanNamesForType(FilterRegistrationBean.class)).isEmpty();
		assertThat(context.getBeanNamesForType(RateLimitResponseWriter.class)).isEmpty();
		assertThat(context.getBeanNamesForType(RateLimitExceptionHandler.class)).isEmpty();
		assertThat(context.getBeanNamesForType(RequestDecisionsSource.class)).isEmpty();
	}

	@Test
	void filterNeedsNeitherSpringMvcNorSpringSecurity() {
		this.runner
			.withClassLoader(new FilteredClassLoader("org.springframework.security", "org.springframework.web.servlet"))
			.run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean("rateLimitExceptionHandler");
				assertThat(registration(context).getFilter()).isInstanceOf(RateLimitFilter.class);
			});
		this.runner.withClassLoader(new FilteredClassLoader(DispatcherServlet.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RateLimitExceptionHandler.class));
	}

	@Test
	void writerOfTheApplicationsOwnReplacesTheAnswer() {
		RateLimitResponseWriter own = (request, response, decision) -> {
		};
		this.runner.withBean(RateLimitResponseWriter.class, () -> own)
			.run((context) -> assertThat(context).getBean(RateLimitResponseWriter.class).isSameAs(own));
	}

	private static FilterRegistrationBean<RateLimitFilter> registration(ApplicationContext context) {
		return registration(context, "rateLimitFilter");
	}

	@SuppressWarnings("unchecked")
	private static FilterRegistrationBean<RateLimitFilter> registration(ApplicationContext context, String name) {
		return context.getBean(name, FilterRegistrationBean.class);
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnRegistration {

		@Bean
		FilterRegistrationBean<RateLimitFilter> rateLimitFilter(TierGate gate, ServletRequests requests,
				RateLimitResponseWriter writer) {
			FilterRegistrationBean<RateLimitFilter> registration = new FilterRegistrationBean<>(
					new RateLimitFilter(List.of(), gate, requests, writer));
			registration.setOrder(42);
			return registration;
		}

	}

}
