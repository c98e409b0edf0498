package io.github.ratelimit.autoconfigure.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.github.ratelimit.CircuitBreakerStatus;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.StoreStatus;
import io.github.ratelimit.actuate.RateLimiterHealthIndicator;
import io.github.ratelimit.tier.TierRateLimiters;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class RateLimitHealthAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(AutoConfigurations
		.of(HealthContributorRegistryAutoConfiguration.class, RateLimitHealthAutoConfiguration.class));

	@Test
	void isTheComponentRatelimiter() {
		this.runner.withUserConfiguration(LimiterConfiguration.class).run((context) -> {
			assertThat(context.getBean(HealthContributorRegistry.class).getContributor("ratelimiter"))
				.isInstanceOf(RateLimiterHealthIndicator.class);
			assertThat(health(context.getBean(RateLimiterHealthIndicator.class)).getDetails()).containsEntry("store",
					"memory");
		});
	}

	@Test
	void isUpWhileDegraded() {
		this.runner.withUserConfiguration(DegradedConfiguration.class)
			.run((context) -> assertThat(health(context.getBean(RateLimiterHealthIndicator.class)).getStatus())
				.isEqualTo(Status.UP));
	}

	@Test
	void isDownWhileDegradedWhereSetSo() {
		this.runner.withUserConfiguration(DegradedConfiguration.class)
			.withPropertyValues("ratelimit.health.down-when-degraded=true")
			.run((context) -> assertThat(health(context.getBean(RateLimiterHealthIndicator.class)).getStatus())
				.isEqualTo(Status.DOWN));
	}

	@Test
	void isNotThereWhereDisabled() {
		this.runner.withUserConfiguration(LimiterConfiguration.class)
			.withPropertyValues("management.health.ratelimiter.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RateLimiterHealthIndicator.class));
	}

	@Test
	void isNotThereWithoutLimiter() {
		this.runner
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RateLimiterHealthIndicator.class));
	}

	@Test
	void isNotThereWhileTheLimiterIsSwitchedOff() {
		this.runner.withUserConfiguration(LimiterConfiguration.class)
			.withPropertyValues("ratelimit.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RateLimiterHealthIndicator.class));
	}

	@Test
	void isNotThereWithoutHealth() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(RateLimitHealthAutoConfiguration.class))
			.withUserConfiguration(LimiterConfiguration.class)
			.withClassLoader(new FilteredClassLoader(HealthIndicator.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(RateLimitHealthAutoConfiguration.class));
	}

	@Test
	void backsOffWhereTheApplicationHasTheComponent() {
		this.runner.withUserConfiguration(LimiterConfiguration.class)
			.withBean("ratelimiterHealthIndicator", HealthIndicator.class, () -> () -> Health.unknown().build())
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RateLimiterHealthIndicator.class));
	}

	private static Health health(RateLimiterHealthIndicator indicator) {
		return indicator.health();
	}

	@Configuration(proxyBeanMethods = false)
	static class DegradedConfiguration {

		@Bean
		RateLimitStore rateLimitStore() {
			RateLimitStore store = mock(RateLimitStore.class);
			given(store.status()).willReturn(StoreStatus.connected("redis")
				.withCircuitBreaker(new CircuitBreakerStatus(CircuitBreakerStatus.State.OPEN, 5, Duration.ofSeconds(7)),
						Instant.parse("2026-01-01T12:00:00Z")));
			return store;
		}

		@Bean
		TierRateLimiters tierRateLimiters(RateLimitStore store) {
			return new TierRateLimiters(List.of(), store, new RateLimitListener() {
			});
		}

	}

}
