package io.github.ratelimit.autoconfigure.observation;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.ratelimit.Counter;
import io.github.ratelimit.Enforcement;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.StoreStatus;
import io.github.ratelimit.autoconfigure.ServiceMode;
import io.github.ratelimit.identity.CallerKey;
import io.github.ratelimit.observation.RateLimitMeters;
import io.github.ratelimit.resilience.FailureModeRateLimitStore;
import io.github.ratelimit.resilience.FailureModeSettings;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import io.github.ratelimit.tier.Rule;
import io.github.ratelimit.tier.RuleSet;
import io.github.ratelimit.tier.RuleTarget;
import io.github.ratelimit.tier.Scope;
import io.github.ratelimit.tier.Tier;
import io.github.ratelimit.tier.TierRateLimiters;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

class RateLimitMetricsAutoConfigurationTests {

	private static final AutoConfigurations BOOT = AutoConfigurations.of(MetricsAutoConfiguration.class,
			CompositeMeterRegistryAutoConfiguration.class, SimpleMetricsExportAutoConfiguration.class);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RateLimitMetricsAutoConfiguration.class));

	@Test
	void metersOfAServiceNameClientsAndEndpoints() {
		this.runner.withConfiguration(BOOT)
			.withUserConfiguration(LimiterConfiguration.class)
			.withBean(ServiceMode.class)
			.run((context) -> {
				context.getBean(TierRateLimiters.class)
					.rules()
					.replace(RuleSet
						.of(List.of(new Rule(new RuleTarget("client_a", null, null), List.of(Limit.of("20/60s"))))));
				context.getBean(TierRateLimiters.class).get("auth").tryAcquire("client_a");
				assertThat(context.getBean(MeterRegistry.class)
					.get("ratelimiter.allowed")
					.tags("client", "client_a", "endpoint", "auth", "tier", "auth", "store", "memory")
					.counter()
					.count()).isEqualTo(1);
				assertThat(context.getBean(MeterRegistry.class).get("ratelimiter.allowed").counters())
					.allSatisfy((counter) -> assertThat(counter.getId().getTag("client")).isNotNull());
			});
	}

	@Test
	void countsDecisionsInTheRegistryOfTheApplication() {
		this.runner.withConfiguration(BOOT).withUserConfiguration(LimiterConfiguration.class).run((context) -> {
			context.getBean(TierRateLimiters.class).get("auth").tryAcquire("ip:203.0.113.7");
			assertThat(context.getBean(MeterRegistry.class)
				.get("ratelimiter.allowed")
				.tags("tier", "auth", "plan", "default", "store", "memory")
				.counter()
				.count()).isEqualTo(1);
		});
	}

	@Test
	void registersMetersOfAllPlansAtStart() {
		this.runner.withConfiguration(BOOT)
			.withUserConfiguration(LimiterConfiguration.class)
			.run((context) -> assertThat(
					context.getBean(MeterRegistry.class).get("ratelimiter.blocked").tag("store", "memory").counters())
				.extracting((counter) -> counter.getId().getTag("plan"))
				.containsExactlyInAnyOrder("default", "premium"));
	}

	@Test
	void registersMetersForTheKindOfStoreThereIs() {
		this.runner.withConfiguration(BOOT)
			.withUserConfiguration(CustomStoreConfiguration.class)
			.run((context) -> assertThat(context.getBean(MeterRegistry.class).get("ratelimiter.blocked").counters())
				.extracting((counter) -> counter.getId().getTag("store"))
				.containsOnly("custom"));
	}

	@Test
	void registersMetersOfTheCircuitBreaker() {
		this.runner.withConfiguration(BOOT).withUserConfiguration(FailingStoreConfiguration.class).run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			assertThat(open(registry)).isZero();
			assertThat(registry.get("ratelimiter.instances").gauge().value()).isEqualTo(3);
			context.getBean(TierRateLimiters.class).get("auth").tryAcquire("ip:203.0.113.7");
			assertThat(open(registry)).isOne();
			assertThat(registry.get("ratelimiter.circuit.breaker.next.try").gauge().value()).isBetween(1.0, 12.0);
		});
	}

	private static double open(MeterRegistry registry) {
		return registry.get("ratelimiter.circuit.breaker.state").tag("state", "open").gauge().value();
	}

	@Test
	void registersNoMetersOfACircuitBreakerWhereThereIsNone() {
		this.runner.withConfiguration(BOOT)
			.withUserConfiguration(LimiterConfiguration.class)
			.run((context) -> assertThat(context.getBean(MeterRegistry.class).getMeters())
				.noneMatch((meter) -> meter.getId().getName().startsWith("ratelimiter.circuit")));
	}

	@Test
	void leavesMetersToTheFirstDecisionWhereTheStoreCannotTellItsKind() {
		this.runner.withConfiguration(BOOT).withUserConfiguration(MuteStoreConfiguration.class).run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			assertThat(registry.find("ratelimiter.allowed").counters()).isEmpty();
			context.getBean(TierRateLimiters.class).get("auth").tryAcquire("ip:203.0.113.7");
			assertThat(registry.get("ratelimiter.allowed").counter().count()).isEqualTo(1);
		});
	}

	@Test
	void obeysTheSwitchForMeters() {
		this.runner.withConfiguration(BOOT)
			.withUserConfiguration(LimiterConfiguration.class)
			.withPropertyValues("management.metrics.enable.ratelimiter=false")
			.run((context) -> {
				context.getBean(TierRateLimiters.class).get("auth").tryAcquire("ip:203.0.113.7");
				assertThat(context.getBean(MeterRegistry.class).getMeters())
					.noneMatch((meter) -> meter.getId().getName().startsWith("ratelimiter"));
			});
	}

	@Test
	void backsOffWhereTheApplicationHasMetersOfItsOwn() {
		this.runner.withConfiguration(BOOT)
			.withUserConfiguration(LimiterConfiguration.class, OwnMetersConfiguration.class)
			.run((context) -> assertThat(context).getBean(RateLimitMeters.class)
				.isSameAs(context.getBean(OwnMetersConfiguration.class).meters));
	}

	@Test
	void isNotThereWithoutRegistry() {
		this.runner.withUserConfiguration(LimiterConfiguration.class)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RateLimitMeters.class));
	}

	@Test
	void isNotThereWhereNoneOfManyRegistriesIsTheOne() {
		this.runner.withUserConfiguration(LimiterConfiguration.class)
			.withBean("first", MeterRegistry.class, SimpleMeterRegistry::new)
			.withBean("second", MeterRegistry.class, SimpleMeterRegistry::new)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RateLimitMeters.class));
	}

	@Test
	void isNotThereWithoutLimiter() {
		this.runner.withConfiguration(BOOT)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RateLimitMeters.class));
	}

	@Test
	void isNotThereWhileTheLimiterIsSwitchedOff() {
		this.runner.withConfiguration(BOOT)
			.withUserConfiguration(LimiterConfiguration.class)
			.withPropertyValues("ratelimit.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RateLimitMeters.class));
	}

	@Test
	void isNotThereWithoutMicrometer() {
		this.runner.withUserConfiguration(LimiterConfiguration.class)
			.withClassLoader(new FilteredClassLoader("io.micrometer"))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(RateLimitMetricsAutoConfiguration.class));
	}

	@Test
	void comesAfterAutoConfigurationsThatExist() {
		AutoConfiguration annotation = RateLimitMetricsAutoConfiguration.class.getAnnotation(AutoConfiguration.class);
		assertThat(annotation.afterName()).containsExactlyInAnyOrder(MetricsAutoConfiguration.class.getName(),
				CompositeMeterRegistryAutoConfiguration.class.getName());
	}

	@Configuration(proxyBeanMethods = false)
	static class LimiterConfiguration {

		@Bean
		RateLimitStore rateLimitStore() {
			return InMemoryRateLimitStore.create(100, () -> 0);
		}

		@Bean
		TierRateLimiters tierRateLimiters(RateLimitStore store, ObjectProvider<RateLimitListener> listeners) {
			Tier auth = new Tier("auth", List.of(Limit.of("0.5/s").withBurst(3)),
					Map.of("premium", List.of(Limit.of("10/s"))), CallerKey.IP, Scope.TIER, FailureMode.LOCAL,
					Enforcement.ENFORCE);
			return new TierRateLimiters(List.of(auth), store, listeners.getIfAvailable(() -> new RateLimitListener() {
			}));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CustomStoreConfiguration extends LimiterConfiguration {

		@Bean
		@Override
		RateLimitStore rateLimitStore() {
			return new CustomStore();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MuteStoreConfiguration extends LimiterConfiguration {

		@Bean
		@Override
		RateLimitStore rateLimitStore() {
			return new CustomStore() {

				@Override
				public StoreStatus status() {
					throw new IllegalStateException("No connection");
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FailingStoreConfiguration extends LimiterConfiguration {

		@Bean
		@Override
		RateLimitStore rateLimitStore() {
			CustomStore failing = new CustomStore() {

				@Override
				public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
					return CompletableFuture.failedFuture(new IllegalStateException("No connection"));
				}

			};
			return new FailureModeRateLimitStore(failing, InMemoryRateLimitStore.create(),
					FailureModeSettings.of(Duration.ofMillis(100)).withFailureThreshold(1), () -> 3,
					new RateLimitListener() {
					});
		}

	}

	static class CustomStore implements RateLimitStore {

		private final InMemoryRateLimitStore memory = InMemoryRateLimitStore.create(100, () -> 0);

		@Override
		public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
			return this.memory.acquire(request);
		}

		@Override
		public CompletionStage<Void> reset(List<Counter> counters) {
			return this.memory.reset(counters);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnMetersConfiguration {

		final RateLimitMeters meters = new RateLimitMeters(new SimpleMeterRegistry());

		@Bean
		RateLimitMeters ownMeters() {
			return this.meters;
		}

	}

}
