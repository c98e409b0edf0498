package io.github.ratelimit.autoconfigure.actuate;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.ratelimit.CircuitBreakerStatus;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.RateLimiterRegistry;
import io.github.ratelimit.actuate.RateLimiterEndpoint;
import io.github.ratelimit.autoconfigure.GuardedStore;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.autoconfigure.observation.RateLimitMetricsAutoConfiguration;
import io.github.ratelimit.autoconfigure.redis.RateLimitRedisAutoConfiguration;
import io.github.ratelimit.resilience.FailureModeRateLimitStore;
import io.github.ratelimit.testsupport.KeyFlood;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests that a million keys of one caller neither fill the memory of an instance, with
 * all that watches it, nor push out those who are being limited.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class KeyFloodTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private static final int FIRST = 200_000;

	private static final int REST = 800_000;

	// A byte array and a map's entry for each of the rest would be three times as much
	private static final long MAX_GROWTH = 24L << 20;

	private static final int CALLERS = 50;

	private static final int BURST = 3;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withInitializer((context) -> context.getEnvironment().setConversionService(new ApplicationConversionService()))
		.withConfiguration(AutoConfigurations.of(RateLimitAutoConfiguration.class,
				RateLimitRedisAutoConfiguration.class, RateLimitEndpointAutoConfiguration.class,
				RateLimitMetricsAutoConfiguration.class, MetricsAutoConfiguration.class,
				CompositeMeterRegistryAutoConfiguration.class, SimpleMetricsExportAutoConfiguration.class))
		.withPropertyValues("spring.application.name=shop", "ratelimit.tiers.short.rate=1/s",
				"ratelimit.tiers.short.burst=" + BURST, "ratelimit.tiers.daily.rate=100/d",
				"ratelimit.tiers.monthly.limits[0].rate=100/30d",
				"ratelimit.tiers.monthly.limits[0].algorithm=sliding-window",
				"management.endpoints.web.exposure.include=ratelimiter");

	@Test
	void countsInMemoryBearAMillionKeys(CapturedOutput output) {
		this.runner.run((context) -> assertBearsAMillionKeys(context, output));
	}

	@Test
	void countsOfAnInstanceWithoutRedisBearAMillionKeys(CapturedOutput output) {
		try (RedisProcess server = RedisServers.dedicated()) {
			this.runner
				.withPropertyValues("ratelimit.redis.url=" + server.uri(), "ratelimit.redis.timeout=10s",
						"ratelimit.redis.connect-timeout=10s", "ratelimit.circuit-breaker.wait=1h")
				.run((context) -> {
					RateLimiterRegistry limiters = context.getBean(RateLimiterRegistry.class);
					await().atMost(LONG)
						.until(() -> limiters.get("api").tryAcquire("warm-up").source() == DecisionSource.REDIS);
					server.stop();
					FailureModeRateLimitStore store = context.getBean(GuardedStore.class).store();
					await().atMost(LONG).until(() -> {
						limiters.get("api").tryAcquire("warm-up");
						return store.circuitBreaker().state() == CircuitBreakerStatus.State.OPEN;
					});
					assertBearsAMillionKeys(context, output);
				});
		}
	}

	private static void assertBearsAMillionKeys(ApplicationContext context, CapturedOutput output) {
		KeyFlood flood = new KeyFlood(context.getBean(RateLimiterRegistry.class), "short", CALLERS,
				List.of("daily", "monthly", "api"));
		flood.goOn(FIRST);
		int meters = context.getBean(MeterRegistry.class).getMeters().size();
		long lines = lines(output);
		long heap = KeyFlood.heap();
		flood.goOn(REST);
		assertThat(KeyFlood.heap() - heap).as("growth of the heap").isLessThan(MAX_GROWTH);
		assertThat(flood.mostAdmitted()).as("calls of one who is being limited")
			.isBetween((long) BURST, BURST + flood.seconds());
		assertThat(context.getBean(MeterRegistry.class).getMeters()).hasSize(meters)
			.noneMatch((meter) -> meter.getId().toString().contains(KeyFlood.INVENTED));
		assertThat(context.getBean(MeterRegistry.class).get("ratelimiter.active.clients").gauge().value())
			.isBetween(90_000.0, 100_000.0);
		assertThat(context.getBean(RateLimiterEndpoint.class).rateLimiter().toString())
			.doesNotContain(KeyFlood.INVENTED)
			.hasSizeLessThan(20_000);
		assertThat(lines(output) - lines).isLessThan(20);
	}

	/**
	 * Without those of the client that looks for its server, as long as that takes.
	 */
	private static long lines(CapturedOutput output) {
		return output.toString().lines().filter((line) -> !line.contains(" i.l.c.")).count();
	}

}
