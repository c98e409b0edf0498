package io.github.ratelimit.benchmarks.contender;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.RateLimiterRegistry;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.MapPropertySource;

/**
 * This project's limiter, as an application of its own has it from the auto-configuration
 * and properties.
 */
final class LimiterContender implements Contender {

	private static final AtomicInteger OPENED = new AtomicInteger();

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private final RateLimiter limiter;

	LimiterContender(Setup setup, LimiterSettings settings) {
		this("shop" + OPENED.getAndIncrement(), setup, settings);
	}

	/**
	 * Open an instance of an application. Those of one name share their counts.
	 */
	LimiterContender(String application, Setup setup, LimiterSettings settings) {
		this.context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("measured", properties(application, setup, settings)));
		this.context.register(Application.class);
		this.context.refresh();
		this.limiter = this.context.getBean(RateLimiterRegistry.class).get(LimiterSettings.TIER);
	}

	private static Map<String, Object> properties(String application, Setup setup, LimiterSettings settings) {
		Map<String, Object> properties = new LinkedHashMap<>();
		properties.put(SelectedAutoConfiguration.PACKAGES, SelectedAutoConfiguration.OURS);
		properties.put("ratelimit.application", application);
		properties.put("ratelimit.redis.url", setup.redisUri());
		// As others wait too: a slow answer is to be measured, and not to be cut off
		properties.put("ratelimit.redis.timeout", "10s");
		properties.put("ratelimit.memory.max-counters", setup.room());
		properties.putAll(settings.properties());
		if (!properties.containsKey(LimiterSettings.LIMITS + "[0].rate")) {
			properties.put("ratelimit.tiers." + LimiterSettings.TIER + ".rate", setup.quota().rate());
		}
		return properties;
	}

	@Override
	public boolean tryAcquire(String key) {
		RateLimitDecision decision = this.limiter.tryAcquire(key);
		if (decision.source() == DecisionSource.FAILURE_MODE) {
			throw new IllegalStateException("The store did not decide");
		}
		return decision.allowed();
	}

	@Override
	public void close() {
		this.context.close();
	}

	/**
	 * An application with nothing but the limiter.
	 */
	@Configuration(proxyBeanMethods = false)
	@Import(SelectedAutoConfiguration.class)
	static class Application {

	}

}
