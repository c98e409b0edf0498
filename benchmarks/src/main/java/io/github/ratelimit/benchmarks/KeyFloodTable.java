package io.github.ratelimit.benchmarks;

import java.time.Duration;
import java.util.List;

import io.github.ratelimit.CircuitBreakerStatus;
import io.github.ratelimit.RateLimiterRegistry;
import io.github.ratelimit.autoconfigure.GuardedStore;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.autoconfigure.observation.RateLimitMetricsAutoConfiguration;
import io.github.ratelimit.autoconfigure.redis.RateLimitRedisAutoConfiguration;
import io.github.ratelimit.resilience.FailureModeRateLimitStore;
import io.github.ratelimit.testsupport.KeyFlood;
import io.github.ratelimit.testsupport.Pause;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * Prints what a million keys of one caller do to the heap of an instance, and to callers
 * who are being limited: in memory, and while Redis is down.
 */
public final class KeyFloodTable {

	private static final int[] KEYS = { 100_000, 200_000, 500_000, 1_000_000 };

	private static final int LIMITED = 50;

	private static final int BURST = 3;

	private static final Duration LONGEST_START = Duration.ofSeconds(30);

	private final MarkdownTable table = new MarkdownTable("counts are kept", "keys so far", "heap, MB",
			"microseconds a key", "most calls of one limited caller", "as many as it may be");

	private KeyFloodTable() {
	}

	/**
	 * Print the table.
	 * @param args none
	 */
	public static void main(String[] args) {
		KeyFloodTable measured = new KeyFloodTable();
		try (ConfigurableApplicationContext context = start("")) {
			measured.flood("in memory", context);
		}
		try (RedisProcess redis = RedisServers.dedicated();
				ConfigurableApplicationContext context = start(redis.uri())) {
			redis.stop();
			awaitOpen(java.util.Objects.requireNonNull(context.getBean(GuardedStore.class).store()),
					context.getBean(RateLimiterRegistry.class));
			measured.flood("in memory, Redis is down", context);
		}
		new Report()
			.print("One caller with a new key each time, and %d others who are being limited, %d and 1/s each."
				.formatted(LIMITED, BURST))
			.print(measured.table);
	}

	private static ConfigurableApplicationContext start(String redis) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.run("--spring.main.banner-mode=off", "--logging.config=classpath:logback.xml",
					"--ratelimit.application=flood", "--ratelimit.redis.url=" + redis,
					"--ratelimit.redis.enabled=" + !redis.isEmpty(), "--ratelimit.circuit-breaker.wait=1h",
					"--ratelimit.tiers.short.rate=1/s", "--ratelimit.tiers.short.burst=" + BURST,
					"--ratelimit.tiers.daily.rate=100/d");
	}

	private static void awaitOpen(FailureModeRateLimitStore store, RateLimiterRegistry limiters) {
		long end = System.nanoTime() + LONGEST_START.toNanos();
		while (store.circuitBreaker().state() != CircuitBreakerStatus.State.OPEN) {
			if (System.nanoTime() > end) {
				throw new IllegalStateException("Redis is down, and asked: " + store.circuitBreaker());
			}
			limiters.get("daily").tryAcquire("warm-up");
			Pause.of(Duration.ofMillis(10));
		}
	}

	private void flood(String where, ConfigurableApplicationContext context) {
		KeyFlood flood = new KeyFlood(context.getBean(RateLimiterRegistry.class), "short", LIMITED,
				List.of("daily", "api"));
		add(where, 0, 0, flood);
		int done = 0;
		for (int keys : KEYS) {
			long start = System.nanoTime();
			flood.goOn(keys - done);
			add(where, keys, (System.nanoTime() - start) / 1e3 / (keys - done), flood);
			done = keys;
		}
	}

	private void add(String where, int keys, double micros, KeyFlood flood) {
		this.table.row(where, Report.number(keys), Report.decimal(KeyFlood.heap() / 1e6),
				(keys > 0) ? Report.decimal(micros) : "", Report.number(flood.mostAdmitted()),
				Report.number(BURST + flood.seconds()));
	}

	@ImportAutoConfiguration({ RateLimitRedisAutoConfiguration.class, RateLimitAutoConfiguration.class,
			RateLimitMetricsAutoConfiguration.class })
	static class Application {

		@Bean
		SimpleMeterRegistry meterRegistry() {
			return new SimpleMeterRegistry();
		}

	}

}
