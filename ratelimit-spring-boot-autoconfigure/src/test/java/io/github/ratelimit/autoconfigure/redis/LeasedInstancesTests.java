package io.github.ratelimit.autoconfigure.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitMode;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimiterRegistry;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.autoconfigure.redis.AdmittedUnits.Admission;
import io.github.ratelimit.testsupport.Pause;
import io.github.ratelimit.testsupport.RedisProbe;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that four instances on one Redis that lease one limit never admit more than it
 * allows together, in the worst window of a run that looks for it: callers come and go,
 * so that units are drawn by some and used late, while others use what has come back.
 */
class LeasedInstancesTests {

	private static final int INSTANCES = 4;

	private static final int CALLERS = 8;

	private static final long NANOS_OF_LOAD = TimeUnit.SECONDS.toNanos(4);

	private static final long LONGEST_PAUSE_MILLIS = 60;

	@ParameterizedTest
	@EnumSource
	void admitTogetherNoMoreThanTheLimitAllows(Algorithm algorithm) throws InterruptedException {
		Limit limit = ((algorithm == Algorithm.TOKEN_BUCKET) ? Limit.of("4000/s").withBurst(1000)
				: Limit.of("4000/s").withAlgorithm(algorithm))
			.withMode(LimitMode.LEASED);
		try (RedisProcess server = RedisServers.dedicated(); RedisProbe probe = RedisProbe.of(server.uri())) {
			List<ConfigurableApplicationContext> instances = new ArrayList<>();
			for (int i = 0; i < INSTANCES; i++) {
				instances.add(start(server.uri(), limit));
			}
			probe.clearCommandCalls();
			List<Admission> admitted = load(instances);
			long calls = probe.commandCalls().get("evalsha");
			instances.forEach(ConfigurableApplicationContext::close);
			AdmittedUnits units = new AdmittedUnits(admitted);
			assertThat(units.beyond(limit)).isZero();
			assertThat(units.byLeases()).as("of %d, in %d calls", admitted.size(), calls)
				.isGreaterThan(admitted.size() / 50);
		}
	}

	/**
	 * Ask from many threads, each of one instance, with pauses.
	 */
	private static List<Admission> load(List<ConfigurableApplicationContext> instances) throws InterruptedException {
		ExecutorService executor = Executors.newFixedThreadPool(CALLERS);
		try {
			List<Future<List<Admission>>> callers = new ArrayList<>();
			for (int i = 0; i < CALLERS; i++) {
				RateLimiterRegistry limiters = instances.get(i % INSTANCES).getBean(RateLimiterRegistry.class);
				SplittableRandom random = new SplittableRandom(i);
				callers.add(executor.submit(() -> ask(limiters, random)));
			}
			List<Admission> admitted = new ArrayList<>();
			for (Future<List<Admission>> caller : callers) {
				admitted.addAll(caller.get(60, TimeUnit.SECONDS));
			}
			return admitted;
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new AssertionError(ex);
		}
		finally {
			executor.shutdownNow();
		}
	}

	private static List<Admission> ask(RateLimiterRegistry limiters, SplittableRandom random) {
		List<Admission> admitted = new ArrayList<>();
		long begin = System.nanoTime();
		while (System.nanoTime() - begin < NANOS_OF_LOAD) {
			for (int calls = random.nextInt(400); calls > 0; calls--) {
				Instant asked = Instant.now();
				RateLimitDecision decision = limiters.get("leased").tryAcquire("user:1");
				assertThat(decision.source()).isNotEqualTo(DecisionSource.FAILURE_MODE);
				if (decision.allowed()) {
					admitted.add(Admission.of(decision, asked));
				}
			}
			Pause.of(Duration.ofMillis(random.nextLong(LONGEST_PAUSE_MILLIS)));
		}
		return admitted;
	}

	private static ConfigurableApplicationContext start(String uri, Limit limit) {
		List<String> arguments = new ArrayList<>(List.of("--spring.main.banner-mode=off",
				"--ratelimit.redis.url=" + uri, "--ratelimit.application=leased", "--ratelimit.redis.timeout=30s",
				"--ratelimit.redis.connect-timeout=30s", "--ratelimit.tiers.leased.rate=" + limit.rate(),
				"--ratelimit.tiers.leased.algorithm=" + limit.algorithm(), "--ratelimit.tiers.leased.mode=leased"));
		if (limit.algorithm() == Algorithm.TOKEN_BUCKET) {
			arguments.add("--ratelimit.tiers.leased.burst=" + limit.burst());
		}
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.run(arguments.toArray(String[]::new));
	}

	@ImportAutoConfiguration({ RateLimitRedisAutoConfiguration.class, RateLimitAutoConfiguration.class })
	static class Application {

	}

}
