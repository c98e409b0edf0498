package io.github.ratelimit.fault;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.ratelimit.CircuitBreakerStatus;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimiterRegistry;
import io.github.ratelimit.autoconfigure.GuardedStore;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.autoconfigure.redis.RateLimitRedisAutoConfiguration;
import io.github.ratelimit.resilience.FailureModeRateLimitStore;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/**
 * An instance of an application with the starter, as its user would configure it but for
 * waits that are shorter.
 */
final class LimitedInstance implements AutoCloseable {

	/**
	 * The default.
	 */
	static final Duration DEADLINE = Duration.ofMillis(100);

	/**
	 * The default.
	 */
	static final int FAILURE_THRESHOLD = 5;

	static final Duration WAIT = Duration.ofMillis(500);

	/**
	 * A tier whose limit is reached.
	 */
	static final String LIMITED = "limited";

	static final Limit LIMIT = Limit.of("10/s").withBurst(20).withName(LIMITED);

	/**
	 * A tier whose limit is not reached, and of which nothing comes back: what was
	 * charged can be read.
	 */
	static final String COUNTED = "counted";

	static final Limit COUNT = Limit.of("1/d").withBurst(1_000_000).withName(COUNTED);

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private final StoreErrors errors = new StoreErrors();

	LimitedInstance(String redis, FailureMode failureMode, String... properties) {
		TestPropertyValues
			.of("ratelimit.redis.url=" + redis, "ratelimit.application=faults",
					"ratelimit.failure-mode=" + failureMode.name().toLowerCase(Locale.ROOT),
					"ratelimit.circuit-breaker.wait=" + WAIT.toMillis() + "ms")
			.and(limit(LIMITED, LIMIT))
			.and(limit(COUNTED, COUNT))
			.and(properties)
			.applyTo(this.context);
		this.context.registerBean(StoreErrors.class, () -> this.errors);
		this.context.register(Application.class);
		this.context.refresh();
	}

	static String[] limit(String tier, Limit limit) {
		return new String[] { "ratelimit.tiers." + tier + ".rate=" + limit.rate(),
				"ratelimit.tiers." + tier + ".burst=" + limit.burst() };
	}

	RateLimiterRegistry limiters() {
		return this.context.getBean(RateLimiterRegistry.class);
	}

	FailureModeRateLimitStore store() {
		return this.context.getBean(GuardedStore.class).store();
	}

	boolean isClosed() {
		return store().circuitBreaker().state() == CircuitBreakerStatus.State.CLOSED;
	}

	/**
	 * Return how often Redis was asked and could not decide.
	 */
	int storeErrors() {
		return this.errors.count.get();
	}

	@Override
	public void close() {
		this.context.close();
	}

	@ImportAutoConfiguration({ RateLimitRedisAutoConfiguration.class, RateLimitAutoConfiguration.class })
	static class Application {

	}

	private static final class StoreErrors implements RateLimitListener {

		private final AtomicInteger count = new AtomicInteger();

		@Override
		public void onStoreError(String operation, Throwable error) {
			this.count.incrementAndGet();
		}

	}

}
