package io.github.ratelimit.autoconfigure;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import javax.sql.DataSource;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationPredicate;
import io.micrometer.observation.ObservationRegistry;
import jakarta.servlet.Filter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.Advisor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.PropertySource;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.function.RouterFunction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that an application with a database, meters, Spring MVC and Spring Security has
 * only the limiter more with the starter than without, while no part of it that has to be
 * asked for is.
 */
class NothingElseChangesOnStartTests {

	/**
	 * What others collect, and so may change.
	 */
	private static final List<Class<?>> COLLECTED = List.of(Filter.class, ServletContextInitializer.class,
			HandlerMapping.class, HandlerInterceptor.class, RouterFunction.class, WebMvcConfigurer.class,
			SecurityFilterChain.class, DataSource.class, MeterRegistry.class, MeterFilter.class, MeterBinder.class,
			ObservationRegistry.class, ObservationHandler.class, ObservationPredicate.class, Executor.class,
			BeanPostProcessor.class, Advisor.class);

	/**
	 * What of that the limiter brings: limits of requests and methods, and what keeps its
	 * own observations from being timed twice.
	 */
	private static final Set<String> OF_THE_LIMITER = Set.of("rateLimitFilter", "rateLimitFirstFilter",
			"rateLimitLoginFilter", "rateLimitInterceptor", "rateLimitResponseFilter", "rateLimitedBeanPostProcessor",
			"rateLimitObservationMeterFilter");

	/**
	 * Meters that Micrometer makes when the JVM collects garbage, which it may do during
	 * one start and not the other.
	 */
	private static final Set<String> OF_A_COLLECTION = Set.of("jvm.gc.pause", "jvm.gc.concurrent.phase.time");

	@ParameterizedTest
	@ValueSource(strings = { "other=1", "ratelimit.enabled=false", "ratelimit.tiers.mine.rate=5/s" })
	void startedApplicationHasOnlyTheLimiterMore(String property) {
		Facts without = facts(property, "spring.autoconfigure.exclude=" + String.join(",", ofTheLimiter()));
		Facts with = facts(property);
		Set<String> more = new TreeSet<>(with.collected().keySet());
		more.removeAll(without.collected().keySet());
		assertThat(more).isEqualTo((property.equals("ratelimit.enabled=false")) ? Set.of() : OF_THE_LIMITER);
		with.collected().keySet().removeAll(more);
		assertThat(with.collected()).isEqualTo(without.collected());
		assertThat(with.meters()).isEqualTo(without.meters()).contains("mine", "mine.active");
		assertThat(with.propertySources()).isEqualTo(without.propertySources()).doesNotContain("rateLimitService");
		assertThat(with.virtualThreads()).isFalse();
		assertThat(without.virtualThreads()).isFalse();
	}

	private static Facts facts(String... properties) {
		SpringApplication application = new SpringApplication(Everything.class);
		application.setDefaultProperties(Map.of("server.port", "0", "REDIS_URL", "", "MEMORYSTORE_ENABLED", "",
				"spring.main.banner-mode", "off", "spring.datasource.url", "jdbc:postgresql://127.0.0.1:1/none"));
		String[] arguments = List.of(properties).stream().map((each) -> "--" + each).toArray(String[]::new);
		try (ConfigurableApplicationContext context = application.run(arguments)) {
			Map<String, String> collected = new TreeMap<>();
			COLLECTED.forEach((type) -> context.getBeansOfType(type)
				.forEach((name, bean) -> collected.put(name, bean.getClass().getName().replaceAll("\\$\\$.*", ""))));
			Observation.start("mine", context.getBean(ObservationRegistry.class)).stop();
			return new Facts(collected, meters(context.getBean(MeterRegistry.class)),
					context.getEnvironment()
						.getPropertySources()
						.stream()
						.map(PropertySource::getName)
						.collect(Collectors.toCollection(LinkedHashSet::new)),
					context.getEnvironment().getProperty("spring.threads.virtual.enabled", Boolean.class, false));
		}
	}

	private static Set<String> meters(MeterRegistry registry) {
		return registry.getMeters()
			.stream()
			.map(Meter::getId)
			.map(Meter.Id::getName)
			.filter((name) -> !name.startsWith("ratelimiter.") && !OF_A_COLLECTION.contains(name))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static List<String> ofTheLimiter() {
		return StreamSupport.stream(ImportCandidates.load(AutoConfiguration.class, null).spliterator(), false)
			.filter((name) -> name.startsWith("io.github.ratelimit."))
			.toList();
	}

	private record Facts(Map<String, String> collected, Set<String> meters, Set<String> propertySources,
			boolean virtualThreads) {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Everything {

	}

}
