package io.github.ratelimit.autoconfigure.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.RateLimiterRegistry;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Instances of one application whose callers come under two limits that are leased
 * together, and what was admitted by all of them.
 */
final class LeasingInstances implements AutoCloseable {

	/**
	 * Units that each key has, by the tighter of its limits.
	 */
	static final long QUOTA = 3_000;

	private static final int INSTANCES = 3;

	private static final int CALLERS = 6;

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final long PAUSE_NANOS = 500_000;

	// None comes back meanwhile
	private static final List<String> SETTINGS = List.of("spring.main.banner-mode=off", "ratelimit.application=leased",
			"ratelimit.failure-mode=closed", "ratelimit.redis.timeout=500ms", "ratelimit.redis.connect-timeout=5s",
			"ratelimit.circuit-breaker.wait=500ms", "ratelimit.redis.leases.duration=10s",
			"ratelimit.tiers.leased.limits[0].mode=leased", "ratelimit.tiers.leased.limits[0].rate=" + QUOTA + "/300d",
			"ratelimit.tiers.leased.limits[0].algorithm=fixed-window", "ratelimit.tiers.leased.limits[1].name=more",
			"ratelimit.tiers.leased.limits[1].mode=leased", "ratelimit.tiers.leased.limits[1].rate=4000/300d",
			"ratelimit.tiers.leased.limits[1].algorithm=sliding-window");

	private final List<String> arguments;

	private final List<ConfigurableApplicationContext> instances = new ArrayList<>();

	private final Queue<Admitted> admitted = new ConcurrentLinkedQueue<>();

	private LeasingInstances(List<String> arguments) {
		this.arguments = arguments;
	}

	/**
	 * Start instances.
	 * @param properties where Redis is
	 */
	static LeasingInstances start(String... properties) {
		List<String> arguments = new ArrayList<>(SETTINGS);
		arguments.addAll(List.of(properties));
		LeasingInstances started = new LeasingInstances(arguments.stream().map("--"::concat).toList());
		try {
			for (int i = 0; i < INSTANCES; i++) {
				started.instances.add(started.startOne());
			}
			return started;
		}
		catch (RuntimeException ex) {
			started.close();
			throw ex;
		}
	}

	private ConfigurableApplicationContext startOne() {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.run(this.arguments.toArray(String[]::new));
	}

	/**
	 * Ask for units of keys in turn, from several threads of each instance, until as many
	 * more were admitted.
	 */
	void callUntilAdmitted(List<String> keys, int more) {
		int before = this.admitted.size();
		inThreads((limiter) -> {
			while (this.admitted.size() < before + more) {
				keys.forEach((key) -> call(limiter, key));
				LockSupport.parkNanos(PAUSE_NANOS);
			}
		});
	}

	/**
	 * Ask for units of keys, from several threads of each instance, until Redis refuses
	 * each.
	 */
	void callUntilUsedUp(List<String> keys) {
		inThreads((limiter) -> {
			List<String> left = new ArrayList<>(keys);
			while (!left.isEmpty()) {
				left.removeIf((key) -> {
					RateLimitDecision decision = call(limiter, key);
					return !decision.allowed() && decision.source() != DecisionSource.FAILURE_MODE;
				});
				LockSupport.parkNanos(PAUSE_NANOS);
			}
		});
	}

	/**
	 * Ask each instance for one unit of each key.
	 */
	void callOnce(List<String> keys) {
		this.instances.forEach((instance) -> keys.forEach((key) -> call(limiter(instance), key)));
	}

	private void inThreads(Consumer<RateLimiter> calls) {
		ExecutorService executor = Executors.newFixedThreadPool(CALLERS);
		try {
			List<CompletableFuture<Void>> callers = IntStream.range(0, CALLERS)
				.mapToObj((i) -> limiter(this.instances.get(i % INSTANCES)))
				.map((limiter) -> CompletableFuture.runAsync(() -> calls.accept(limiter), executor))
				.toList();
			callers.forEach((caller) -> assertThat(caller).succeedsWithin(TIMEOUT));
		}
		finally {
			executor.shutdownNow();
		}
	}

	private RateLimitDecision call(RateLimiter limiter, String key) {
		RateLimitDecision decision = limiter.tryAcquire(key);
		if (decision.allowed()) {
			this.admitted.add(new Admitted(key, decision.source() == DecisionSource.LEASE,
					Objects.requireNonNull(decision.chargedAt())));
		}
		return decision;
	}

	private static RateLimiter limiter(ConfigurableApplicationContext instance) {
		return instance.getBean(RateLimiterRegistry.class).get("leased");
	}

	/**
	 * Return how many units of a key were admitted by all.
	 */
	long admitted(String key) {
		return this.admitted.stream().filter((unit) -> unit.key().equals(key)).count();
	}

	/**
	 * Return how many units were admitted without asking Redis.
	 */
	long byLeases() {
		return this.admitted.stream().filter(Admitted::leased).count();
	}

	/**
	 * Return how many units were admitted by leases that were drawn after a time.
	 */
	long byLeasesSince(Instant time) {
		return this.admitted.stream().filter((unit) -> unit.leased() && unit.chargedAt().isAfter(time)).count();
	}

	/**
	 * End all, which give back what they hold.
	 */
	void stop() {
		this.instances.forEach(ConfigurableApplicationContext::close);
		this.instances.clear();
	}

	/**
	 * Return how many units of a key Redis has counted under each limit, as one more
	 * instance sees it.
	 */
	Map<String, List<Long>> counted(List<String> keys) {
		try (ConfigurableApplicationContext instance = startOne()) {
			return keys.stream()
				.collect(Collectors.toMap((key) -> key,
						(key) -> limiter(instance).peek(key).limits().stream().map(LeasingInstances::used).toList()));
		}
	}

	private static long used(LimitStatus status) {
		return status.limit().rate().quota() - status.remaining();
	}

	@Override
	public void close() {
		stop();
	}

	/**
	 * A unit that was admitted.
	 *
	 * @param key whose it is
	 * @param leased whether it was drawn in advance
	 * @param chargedAt when Redis charged it
	 */
	private record Admitted(String key, boolean leased, Instant chargedAt) {

	}

	@ImportAutoConfiguration({ RateLimitRedisAutoConfiguration.class, RateLimitAutoConfiguration.class })
	static class Application {

	}

}
