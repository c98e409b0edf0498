package io.github.ratelimit.autoconfigure.actuate;

import java.time.Duration;
import java.util.Map;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.RateLimiterRegistry;
import io.github.ratelimit.actuate.RateLimiterDescriptor;
import io.github.ratelimit.actuate.RateLimiterDescriptor.CircuitBreakerDescriptor;
import io.github.ratelimit.actuate.RateLimiterEndpoint;
import io.github.ratelimit.actuate.RateLimiterHealthIndicator;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.autoconfigure.observation.RateLimitMetricsAutoConfiguration;
import io.github.ratelimit.autoconfigure.redis.RateLimitRedisAutoConfiguration;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what an operator sees while a real Redis is gone, and when it is back:
 * endpoint, health and meters tell the same.
 */
class RedisOutageTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private final RedisProcess server = RedisServers.dedicated();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withInitializer((context) -> context.getEnvironment().setConversionService(new ApplicationConversionService()))
		.withConfiguration(
				AutoConfigurations.of(RateLimitAutoConfiguration.class, RateLimitRedisAutoConfiguration.class,
						RateLimitEndpointAutoConfiguration.class, RateLimitHealthAutoConfiguration.class,
						RateLimitMetricsAutoConfiguration.class, MetricsAutoConfiguration.class,
						CompositeMeterRegistryAutoConfiguration.class, SimpleMetricsExportAutoConfiguration.class))
		.withPropertyValues("spring.application.name=shop", "ratelimit.redis.url=" + this.server.uri(),
				"ratelimit.redis.timeout=10s", "ratelimit.redis.connect-timeout=10s",
				"ratelimit.circuit-breaker.wait=300ms", "management.endpoints.web.exposure.include=ratelimiter");

	@AfterEach
	void stop() {
		this.server.close();
	}

	@Test
	void endpointHealthAndMetersTellOfAnOutageAndItsEnd() {
		this.runner.run((context) -> {
			awaitRedisDecides(context);
			await().atMost(LONG).untilAsserted(() -> assertTellsOfNoOutage(context));
			this.server.stop();
			await().atMost(LONG)
				.until(() -> acquire(context, 1) == DecisionSource.FAILURE_MODE && closed(context) == 0);
			await().atMost(LONG).untilAsserted(() -> assertTellsOfAnOutage(context));
			this.server.start();
			await().atMost(LONG).until(() -> closed(context) == 1);
			await().atMost(LONG).untilAsserted(() -> assertTellsOfNoOutage(context));
			assertThat(acquire(context, 1)).isEqualTo(DecisionSource.REDIS);
		});
	}

	@Test
	void requestsThatFollowTheirFailureModeAreNoErrorsWhileTheStoreIsNotAsked() {
		this.runner.withPropertyValues("ratelimit.circuit-breaker.failure-threshold=2").run((context) -> {
			awaitRedisDecides(context);
			long errors = report(context).errors().total();
			this.server.stop();
			await().atMost(LONG)
				.until(() -> acquire(context, 1) == DecisionSource.FAILURE_MODE && closed(context) == 0);
			// Told in the background
			await().atMost(LONG).until(() -> report(context).errors().total() == errors + 2);
			long fallback = fallback(context);
			acquire(context, 100);
			assertThat(fallback(context)).isEqualTo(fallback + 100);
			assertThat(report(context).errors().operations()).isEqualTo(Map.of("acquire", errors + 2));
		});
	}

	/**
	 * On a busy machine the connection may come later than the application.
	 */
	private static void awaitRedisDecides(ApplicationContext context) {
		await().atMost(LONG).until(() -> acquire(context, 1) == DecisionSource.REDIS);
	}

	private static void assertTellsOfNoOutage(ApplicationContext context) {
		assertThat(report(context).store().circuitBreaker())
			.isEqualTo(new CircuitBreakerDescriptor("closed", 0, null, null));
		assertThat(report(context).store().connected()).isTrue();
		assertThat(report(context).store().degradedSince()).isNull();
		assertThat(health(context).getDetails()).containsEntry("circuitBreaker", "closed")
			.containsEntry("failures", 0)
			.containsEntry("instances", 1)
			.doesNotContainKeys("untilNextTry", "degradedSince");
		assertThat(gauge(context, "ratelimiter.circuit.breaker.failures")).isZero();
		assertThat(gauge(context, "ratelimiter.circuit.breaker.next.try")).isZero();
		assertThat(gauge(context, "ratelimiter.instances")).isOne();
	}

	private static void assertTellsOfAnOutage(ApplicationContext context) {
		CircuitBreakerDescriptor circuitBreaker = report(context).store().circuitBreaker();
		assertThat(circuitBreaker.state()).isEqualTo("open");
		assertThat(circuitBreaker.failures()).isGreaterThanOrEqualTo(5);
		assertThat(circuitBreaker.untilNextTry()).isBetween(Duration.ZERO, Duration.ofMillis(360));
		assertThat(report(context).store().connected()).isFalse();
		assertThat(report(context).store().degradedSince()).isNotNull();
		assertThat(health(context).getStatus()).isEqualTo(Status.UP);
		assertThat(health(context).getDetails()).containsEntry("circuitBreaker", "open")
			.containsKeys("failures", "untilNextTry", "degradedSince", "instances");
		assertThat(gauge(context, "ratelimiter.circuit.breaker.failures")).isGreaterThanOrEqualTo(5);
		assertThat(gauge(context, "ratelimiter.circuit.breaker.next.try")).isBetween(0.0, 0.36);
	}

	/**
	 * Return who decided the last request.
	 */
	private static DecisionSource acquire(ApplicationContext context, int times) {
		DecisionSource source = DecisionSource.NONE;
		for (int i = 0; i < times; i++) {
			source = context.getBean(RateLimiterRegistry.class).get("api").tryAcquire("ip:203.0.113.7").source();
		}
		return source;
	}

	private static RateLimiterDescriptor report(ApplicationContext context) {
		return context.getBean(RateLimiterEndpoint.class).rateLimiter();
	}

	private static long fallback(ApplicationContext context) {
		long fallback = report(context).tiers()
			.get("api")
			.plans()
			.values()
			.stream()
			.mapToLong((plan) -> plan.statistics().fallback())
			.sum();
		assertThat(report(context).total().fallback()).isEqualTo(fallback);
		return fallback;
	}

	private static Health health(ApplicationContext context) {
		return context.getBean(RateLimiterHealthIndicator.class).health();
	}

	private static double closed(ApplicationContext context) {
		return context.getBean(MeterRegistry.class)
			.get("ratelimiter.circuit.breaker.state")
			.tag("state", "closed")
			.gauge()
			.value();
	}

	private static double gauge(ApplicationContext context, String name) {
		return context.getBean(MeterRegistry.class).get(name).gauge().value();
	}

}
