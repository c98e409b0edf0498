package io.github.ratelimit.autoconfigure.observation;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.ratelimit.Acquisition;
import io.github.ratelimit.DecisionTracer;
import io.github.ratelimit.RateLimiterRegistry;
import io.github.ratelimit.TierUse;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.autoconfigure.redis.RateLimitRedisAutoConfiguration;
import io.github.ratelimit.observation.DecisionObservationContext;
import io.github.ratelimit.observation.DecisionObservationConvention;
import io.github.ratelimit.observation.ObservationDecisionTracer;
import io.github.ratelimit.testsupport.RedisServers;
import io.micrometer.common.KeyValues;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RateLimitObservationAutoConfiguration}.
 */
class RateLimitObservationAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RateLimitObservationAutoConfiguration.class,
				RateLimitRedisAutoConfiguration.class, RateLimitAutoConfiguration.class,
				RateLimitMetricsAutoConfiguration.class))
		.withPropertyValues("REDIS_URL=", "MEMORYSTORE_ENABLED=false");

	private final ApplicationContextRunner observed = this.runner
		.withConfiguration(AutoConfigurations.of(ObservationAutoConfiguration.class, MetricsAutoConfiguration.class,
				CompositeMeterRegistryAutoConfiguration.class, SimpleMetricsExportAutoConfiguration.class));

	@Test
	void observesDecisionsThatAHandlerListensTo() {
		this.observed.withUserConfiguration(Recorder.class).run((context) -> {
			context.getBean(RateLimiterRegistry.class).get("auth").tryAcquire("ip:203.0.113.7");
			assertThat(context.getBean(Recorder.class).names()).containsExactly("ratelimiter.check");
		});
	}

	@Test
	void severalTiersAreObservedOnce() {
		this.observed.withUserConfiguration(Recorder.class).run((context) -> {
			context.getBean(RateLimiterRegistry.class)
				.tryAcquire(List.of(TierUse.of("auth", "ip:203.0.113.7"), TierUse.of("api", "user:alice")));
			assertThat(context.getBean(Recorder.class).names()).containsExactly("ratelimiter.check");
		});
	}

	@Test
	void metersAloneDoNotHaveDecisionsObserved() {
		this.observed.run((context) -> {
			assertThat(context).hasSingleBean(ObservationRegistry.class);
			assertThat(context.getBeanProvider(DecisionTracer.class).getIfAvailable()).isNull();
			assertThat(context.getBean(RateLimiterRegistry.class).get("auth").tryAcquire("ip:::1").allowed()).isTrue();
		});
	}

	@Test
	void propertyHasThemObservedAllTheSame() {
		this.observed.withPropertyValues("ratelimit.observations.enabled=true")
			.run((context) -> assertThat(context).hasSingleBean(ObservationDecisionTracer.class));
	}

	@Test
	void propertySwitchesThemOff() {
		this.observed.withUserConfiguration(Recorder.class)
			.withPropertyValues("ratelimit.observations.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(DecisionTracer.class));
	}

	@Test
	void registryOfTheApplicationIsUsed() {
		TestObservationRegistry registry = TestObservationRegistry.create();
		this.runner.withBean(ObservationRegistry.class, () -> registry).run((context) -> {
			context.getBean(RateLimiterRegistry.class).get("auth").tryAcquire("ip:203.0.113.7");
			assertThat(registry).hasSingleObservationThat().hasLowCardinalityKeyValue("tier", "auth");
		});
	}

	@Test
	void observationsMakeNoMetersBesidesThoseThereAre() {
		this.observed.withUserConfiguration(Recorder.class).run((context) -> {
			context.getBean(RateLimiterRegistry.class).get("auth").tryAcquire("ip:203.0.113.7");
			assertThat(context.getBean(MeterRegistry.class).getMeters()).extracting(Meter::getId)
				.extracting(Meter.Id::getName)
				.contains("ratelimiter.check.duration")
				.doesNotContain("ratelimiter.check", "ratelimiter.check.active");
		});
	}

	@Test
	void conventionOfTheApplicationIsUsed() {
		this.observed.withUserConfiguration(Recorder.class)
			.withBean(DecisionObservationConvention.class, TeamConvention::new)
			.run((context) -> {
				context.getBean(RateLimiterRegistry.class).get("auth").tryAcquire("ip:203.0.113.7");
				assertThat(context.getBean(Recorder.class).stopped).singleElement()
					.satisfies((observation) -> assertThat(observation.getAllKeyValues().toString()).contains("team"));
			});
	}

	@Test
	void tracerOfTheApplicationTakesItsPlace() {
		DecisionTracer tracer = (acquisitions) -> null;
		this.observed.withUserConfiguration(Recorder.class)
			.withBean(DecisionTracer.class, () -> tracer)
			.run((context) -> assertThat(context.getBean(DecisionTracer.class)).isSameAs(tracer));
	}

	@Test
	void commandsToRedisAreObservedWithDecisions() {
		this.observed.withUserConfiguration(Recorder.class)
			.withPropertyValues("ratelimit.redis.url=" + RedisServers.shared().uri(), "ratelimit.redis.timeout=5s",
					"ratelimit.redis.connect-timeout=30s")
			.run((context) -> {
				context.getBean(RateLimiterRegistry.class).get("auth").tryAcquire("ip:203.0.113.7");
				await().untilAsserted(() -> assertThat(context.getBean(Recorder.class).names())
					.containsExactlyInAnyOrder("ratelimiter.redis", "ratelimiter.check"));
				assertThat(context.getBean(MeterRegistry.class).find("ratelimiter.redis").timer()).isNull();
			});
	}

	@Test
	void applicationWithoutMicrometerIsLimited() {
		this.runner.withClassLoader(new FilteredClassLoader("io.micrometer")).run((context) -> {
			assertThat(context).hasNotFailed().doesNotHaveBean(DecisionTracer.class);
			assertThat(context.getBean(RateLimiterRegistry.class).get("auth").tryAcquire("ip:::1").allowed()).isTrue();
		});
	}

	/**
	 * Listens to all observations, and is none of the handlers for meters.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Recorder {

		private final Queue<Observation.Context> stopped = new ConcurrentLinkedQueue<>();

		@Bean
		ObservationHandler<Observation.Context> recordingHandler() {
			return new ObservationHandler<>() {

				@Override
				public void onStop(Observation.Context context) {
					Recorder.this.stopped.add(context);
				}

				@Override
				public boolean supportsContext(Observation.Context context) {
					return true;
				}

			};
		}

		List<String> names() {
			return this.stopped.stream().map(Observation.Context::getName).toList();
		}

	}

	/**
	 * Tells who is on duty.
	 */
	private static final class TeamConvention implements DecisionObservationConvention {

		@Override
		public @Nullable String getName() {
			return "ratelimiter.check";
		}

		@Override
		public KeyValues getLowCardinalityKeyValues(DecisionObservationContext context) {
			List<Acquisition> acquisitions = context.getAcquisitions();
			return KeyValues.of("team", "payments", "asked", Integer.toString(acquisitions.size()));
		}

	}

}
