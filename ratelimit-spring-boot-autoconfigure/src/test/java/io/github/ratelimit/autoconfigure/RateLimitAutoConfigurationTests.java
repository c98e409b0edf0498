package io.github.ratelimit.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.RateLimiterRegistry;
import io.github.ratelimit.autoconfigure.redis.RateLimitRedisAutoConfiguration;
import io.github.ratelimit.identity.CallerResolver;
import io.github.ratelimit.identity.SecurityContextCallerResolver;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import io.github.ratelimit.tier.TierGate;
import io.github.ratelimit.tier.TierRateLimiters;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationImportSelector;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationAttributes;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link RateLimitAutoConfiguration}, and for what is common to all of the
 * limiter's auto-configurations.
 */
@ExtendWith(OutputCaptureExtension.class)
class RateLimitAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(RateLimitRedisAutoConfiguration.class, RateLimitAutoConfiguration.class))
		.withPropertyValues("REDIS_URL=", "MEMORYSTORE_ENABLED=");

	@Test
	void limitersAreThereForCode() {
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(RateLimiterRegistry.class)
				.hasSingleBean(TierGate.class)
				.hasSingleBean(RateLimitStore.class);
			RateLimiter auth = context.getBean(RateLimiterRegistry.class).get("auth");
			assertThat(auth.tryAcquire("user:1", 3).allowed()).isTrue();
			assertThat(auth.tryAcquire("user:1").allowed()).isFalse();
			assertThat(auth.tryAcquire("user:2").source()).isEqualTo(DecisionSource.MEMORY);
		});
	}

	@Test
	void memoryHoldsAsManyCountersAsAreSet() {
		this.runner.withPropertyValues("ratelimit.memory.max-counters=3").run((context) -> {
			RateLimiter auth = context.getBean(RateLimiterRegistry.class).get("auth");
			for (int i = 0; i < 20; i++) {
				auth.tryAcquire("user:" + i);
			}
			assertThat(context.getBean(InMemoryRateLimitStore.class).size()).isEqualTo(3);
		});
	}

	@Test
	void beansOfTheApplicationsOwnComeFirst() {
		TierRateLimiters limiters = new TierRateLimiters(List.of(), InMemoryRateLimitStore.create(),
				new RateLimitListener() {
				});
		TierGate gate = new TierGate(limiters, List.of());
		this.runner.withBean("limiters", TierRateLimiters.class, () -> limiters)
			.withBean("gate", TierGate.class, () -> gate)
			.withBean("store", RateLimitStore.class, InMemoryRateLimitStore::create)
			.run((context) -> {
				assertThat(context).getBean(RateLimiterRegistry.class).isSameAs(limiters);
				assertThat(context).getBean(TierGate.class).isSameAs(gate);
				assertThat(context).hasSingleBean(RateLimitStore.class).hasBean("store");
			});
	}

	@Test
	void codeThatAsksWorksWhileSwitchedOffAndNothingIsLimited() {
		this.runner.withPropertyValues("ratelimit.enabled=false", "ratelimit.redis.url=redis://127.0.0.1:1")
			.run((context) -> {
				RateLimiter auth = context.getBean(RateLimiterRegistry.class).get("auth");
				for (int i = 0; i < 10; i++) {
					assertThat(auth.tryAcquire("user:1")).isEqualTo(RateLimitDecision.unchecked(DecisionSource.NONE));
				}
				auth.reset("user:1");
				assertThat(context).doesNotHaveBean(SharedStore.class);
			});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void switchingOffIsToldOnce(boolean ownStore, CapturedOutput output) {
		ApplicationContextRunner application = (ownStore)
				? this.runner.withBean(InMemoryRateLimitStore.class, InMemoryRateLimitStore::create) : this.runner;
		application.run((context) -> assertThat(output).doesNotContain("Nothing is limited"));
		application.withPropertyValues("ratelimit.enabled=false")
			.run((context) -> assertThat(output.toString()
				.lines()
				.filter((line) -> line.endsWith("Nothing is limited, because ratelimit.enabled is false"))).hasSize(1)
				.allMatch((line) -> line.contains("WARN")));
	}

	@Test
	void switchingOffIsToldWhereBeansAreMadeWhenTheyAreNeeded(CapturedOutput output) {
		this.runner.withPropertyValues("ratelimit.enabled=false")
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> assertThat(output).containsOnlyOnce("Nothing is limited"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "ratelimit", "rate-limit", "rate_limit", "rateLimit" })
	void prefixMayBeSpeltAsSpringBootAllows(String prefix) {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(JustTheLimiter.class)
			.web(WebApplicationType.NONE)
			.run("--REDIS_URL=", "--MEMORYSTORE_ENABLED=", "--" + prefix + ".tiers.mine.rate=7/m",
					"--" + prefix + ".enabled=false")) {
			assertThat(context.getBean(RateLimiterRegistry.class).getTiers()).contains("mine");
			assertThat(context.getBean(RateLimitStore.class)).isInstanceOf(UncheckedRateLimitStore.class);
		}
	}

	@Test
	void registryOfTheApplicationsIsTheOneThatIsInjected() {
		RateLimiterRegistry own = mock(RateLimiterRegistry.class);
		this.runner.withBean("ownRegistry", RateLimiterRegistry.class, () -> own).run((context) -> {
			assertThat(context.getBean(RateLimiterRegistry.class)).isSameAs(own);
			assertThat(context).hasSingleBean(TierGate.class);
		});
	}

	@Test
	void storeOfTheApplicationsIsNotAskedWhileSwitchedOff() {
		this.runner.withPropertyValues("ratelimit.enabled=false")
			.withBean(InMemoryRateLimitStore.class, InMemoryRateLimitStore::create)
			.run((context) -> {
				RateLimiter auth = context.getBean(RateLimiterRegistry.class).get("auth");
				for (int i = 0; i < 10; i++) {
					assertThat(auth.tryAcquire("user:1").allowed()).isTrue();
				}
				assertThat(context.getBean(InMemoryRateLimitStore.class).size()).isZero();
			});
	}

	@Test
	void callersAreKnownBySpringSecurityWhereItIs() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(SecurityContextCallerResolver.class));
		this.runner.withClassLoader(new FilteredClassLoader("org.springframework.security"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(CallerResolver.class));
	}

	@Test
	void worksWithNothingOptionalOnTheClassPath() {
		new ApplicationContextRunner()
			.withClassLoader(new FilteredClassLoader("org.springframework.security", "org.springframework.web",
					"org.springframework.data", "org.springframework.boot.data", "jakarta.servlet", "io.lettuce",
					"io.micrometer", "tools.jackson", "org.springframework.boot.actuate",
					"org.springframework.boot.health", "org.springframework.boot.micrometer"))
			.withUserConfiguration(OwnAutoConfigurations.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(RateLimiterRegistry.class).get("auth").tryAcquire("user:1").allowed())
					.isTrue();
			});
	}

	@Test
	void everyNameOfAnotherAutoConfigurationIsThatOfAClass() {
		List<String> names = new ArrayList<>();
		for (Class<?> type : autoConfigurations()) {
			AutoConfiguration annotation = AnnotatedElementUtils.findMergedAnnotation(type, AutoConfiguration.class);
			assertThat(annotation).as(type.getName()).isNotNull();
			names.addAll(List.of(annotation.afterName()));
			names.addAll(List.of(annotation.beforeName()));
		}
		assertThat(names).contains("org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration")
			.allSatisfy((name) -> assertThat(ClassUtils.isPresent(name, null)).as(name).isTrue());
	}

	private static List<Class<?>> autoConfigurations() {
		List<Class<?>> types = new ArrayList<>();
		for (String name : ImportCandidates.load(AutoConfiguration.class, null)) {
			if (name.startsWith("io.github.ratelimit.")) {
				types.add(ClassUtils.resolveClassName(name, null));
			}
		}
		assertThat(types).contains(RateLimitAutoConfiguration.class, RateLimitRedisAutoConfiguration.class);
		return types;
	}

	@Configuration(proxyBeanMethods = false)
	@Import(OwnAutoConfigurationsSelector.class)
	static class OwnAutoConfigurations {

	}

	/**
	 * Imports the limiter's auto-configurations as Spring Boot does, which looks at the
	 * class path before it looks at a class.
	 */
	static final class OwnAutoConfigurationsSelector extends AutoConfigurationImportSelector {

		@Override
		protected @Nullable AnnotationAttributes getAttributes(AnnotationMetadata metadata) {
			return null;
		}

		@Override
		protected List<String> getCandidateConfigurations(AnnotationMetadata metadata,
				@Nullable AnnotationAttributes attributes) {
			return new ArrayList<>(autoConfigurations().stream().map(Class::getName).toList());
		}

		@Override
		protected Set<String> getExclusions(AnnotationMetadata metadata, @Nullable AnnotationAttributes attributes) {
			return Set.of();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(RateLimitAutoConfiguration.class)
	static class JustTheLimiter {

	}

}
