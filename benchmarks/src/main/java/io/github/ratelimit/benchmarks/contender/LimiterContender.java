package io.github.ratelimit.benchmarks.contender;

import java.util.LinkedHashMap;
import java.util.Map;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.RateLimiterRegistry;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.ClassUtils;

/**
 * This project's limiter, as an application of its own has it from the auto-configuration
 * and properties.
 */
final class LimiterContender implements Contender {

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private final RateLimiter limiter;

	LimiterContender(Setup setup, LimiterSettings settings) {
		this.context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("measured", properties(setup, settings)));
		this.context.register(AutoConfigurations.getClasses(AutoConfigurations.of(autoConfigurations())));
		this.context.refresh();
		this.limiter = this.context.getBean(RateLimiterRegistry.class).get(LimiterSettings.TIER);
	}

	private static Map<String, Object> properties(Setup setup, LimiterSettings settings) {
		Map<String, Object> properties = new LinkedHashMap<>();
		properties.put("ratelimit.application", "shop");
		properties.put("ratelimit.redis.url", setup.redisUri());
		// As others wait too: a slow answer is to be measured, and not to be cut off
		properties.put("ratelimit.redis.timeout", "10s");
		properties.put("ratelimit.memory.max-counters", setup.room());
		properties.put("ratelimit.tiers." + LimiterSettings.TIER + ".rate", setup.quota().rate());
		properties.putAll(settings.properties());
		return properties;
	}

	private static Class<?>[] autoConfigurations() {
		ClassLoader classLoader = LimiterContender.class.getClassLoader();
		return ImportCandidates.load(org.springframework.boot.autoconfigure.AutoConfiguration.class, classLoader)
			.getCandidates()
			.stream()
			.filter((name) -> name.startsWith("io.github.ratelimit."))
			.map((name) -> ClassUtils.resolveClassName(name, classLoader))
			.toArray(Class<?>[]::new);
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

}
