package io.github.ratelimit.autoconfigure.actuate;

import java.util.function.UnaryOperator;

import io.github.ratelimit.actuate.RateLimiterEndpoint;
import io.github.ratelimit.actuate.RateLimiterEndpointWebExtension;
import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.observation.RateLimitStatistics;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import io.github.ratelimit.tier.TierRateLimiters;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

class RateLimitEndpointAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		// As an application does, to read the level of access in any case
		.withInitializer((context) -> context.getEnvironment().setConversionService(new ApplicationConversionService()))
		.withConfiguration(AutoConfigurations.of(RateLimitEndpointAutoConfiguration.class));

	private final ApplicationContextRunner exposed = this.runner.withUserConfiguration(LimiterConfiguration.class)
		.withPropertyValues("management.endpoints.web.exposure.include=ratelimiter");

	@Test
	void isNotThereUnlessExposed() {
		this.runner.withUserConfiguration(LimiterConfiguration.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(RateLimiterEndpoint.class)
				.doesNotHaveBean(RateLimiterEndpointWebExtension.class)
				.doesNotHaveBean(RateLimitStatistics.class));
	}

	@Test
	void isThereWhereExposed() {
		this.exposed.run((context) -> assertThat(context).hasSingleBean(RateLimiterEndpoint.class)
			.hasSingleBean(RateLimiterEndpointWebExtension.class));
	}

	@Test
	void hasNoWebExtensionWhereExposedElsewhere() {
		this.runner.withUserConfiguration(LimiterConfiguration.class)
			.withPropertyValues("spring.jmx.enabled=true", "management.endpoints.jmx.exposure.include=ratelimiter")
			.run((context) -> assertThat(context).hasSingleBean(RateLimiterEndpoint.class)
				.doesNotHaveBean(RateLimiterEndpointWebExtension.class));
	}

	@Test
	void isNotThereWithoutAccess() {
		this.exposed.withPropertyValues("management.endpoint.ratelimiter.access=none")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RateLimiterEndpoint.class));
	}

	@Test
	void isNotThereWithoutLimiter() {
		this.runner.withPropertyValues("management.endpoints.web.exposure.include=ratelimiter")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RateLimiterEndpoint.class));
	}

	@Test
	void isNotThereWhileTheLimiterIsSwitchedOff() {
		this.exposed.withPropertyValues("ratelimit.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RateLimiterEndpoint.class));
	}

	@Test
	void isNotThereWithoutMicrometer() {
		this.exposed.withClassLoader(new FilteredClassLoader("io.micrometer"))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(RateLimitEndpointAutoConfiguration.class));
	}

	@Test
	void isNotThereWithoutActuator() {
		this.exposed.withClassLoader(new FilteredClassLoader(Endpoint.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(RateLimitEndpointAutoConfiguration.class));
	}

	@Test
	void countsDecisionsOfTheApplicationsLimiters() {
		this.exposed.run((context) -> {
			context.getBean(TierRateLimiters.class).get("auth").tryAcquire("ip:203.0.113.7");
			assertThat(context.getBean(RateLimiterEndpoint.class).rateLimiter().total().allowed()).isEqualTo(1);
		});
	}

	@Test
	void backsOffWhereTheApplicationHasItsOwn() {
		this.exposed.withUserConfiguration(OwnEndpointConfiguration.class).run((context) -> {
			OwnEndpointConfiguration own = context.getBean(OwnEndpointConfiguration.class);
			assertThat(context).getBean(RateLimitStatistics.class).isSameAs(own.statistics);
			assertThat(context).hasSingleBean(RateLimiterEndpoint.class).hasBean("ownEndpoint");
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnEndpointConfiguration {

		final RateLimitStatistics statistics = new RateLimitStatistics();

		@Bean
		RateLimitStatistics ownStatistics() {
			return this.statistics;
		}

		@Bean
		RateLimiterEndpoint ownEndpoint(TierRateLimiters limiters, InMemoryRateLimitStore store) {
			return new RateLimiterEndpoint(limiters, store, this.statistics, new Findings(Check::severity),
					UnaryOperator.identity());
		}

	}

}
