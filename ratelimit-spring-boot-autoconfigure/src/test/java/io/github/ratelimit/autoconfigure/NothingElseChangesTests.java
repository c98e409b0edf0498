package io.github.ratelimit.autoconfigure;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import io.github.ratelimit.testsupport.RedisServers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.cache.autoconfigure.CacheAutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisReactiveAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.health.DataRedisHealthContributorAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.health.DataRedisReactiveHealthContributorAutoConfiguration;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.application.DiskSpaceHealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.HealthContributors;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.health.registry.ReactiveHealthContributorRegistry;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that an application's cache, Redis and health are those it has without the
 * limiter, whatever Redis the limiter uses.
 */
class NothingElseChangesTests {

	/**
	 * What the starter does not bring. Lettuce is left, which it does.
	 */
	private static final FilteredClassLoader STARTER_ONLY = new FilteredClassLoader("org.springframework.boot.data",
			"org.springframework.data");

	/**
	 * Class path of an application that has no Redis at all.
	 */
	private static final FilteredClassLoader WITHOUT_REDIS = new FilteredClassLoader("org.springframework.boot.data",
			"org.springframework.data", "io.lettuce");

	private static final List<String> REDIS_TYPES = List.of(
			"org.springframework.data.redis.connection.RedisConnectionFactory",
			"org.springframework.data.redis.connection.ReactiveRedisConnectionFactory",
			"org.springframework.data.redis.core.RedisOperations",
			"org.springframework.data.redis.core.ReactiveRedisOperations",
			"org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails",
			"io.lettuce.core.AbstractRedisClient", "io.lettuce.core.resource.ClientResources",
			"io.lettuce.core.api.StatefulConnection");

	private final ApplicationContextRunner application = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, CacheAutoConfiguration.class,
				HealthContributorAutoConfiguration.class, HealthContributorRegistryAutoConfiguration.class,
				HealthEndpointAutoConfiguration.class, DiskSpaceHealthContributorAutoConfiguration.class))
		.withUserConfiguration(Caching.class)
		.withPropertyValues("REDIS_URL=", "MEMORYSTORE_ENABLED=");

	private final ApplicationContextRunner applicationWithRedis = this.application
		.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class,
				DataRedisReactiveAutoConfiguration.class, DataRedisHealthContributorAutoConfiguration.class,
				DataRedisReactiveHealthContributorAutoConfiguration.class));

	@ParameterizedTest
	@ValueSource(strings = { "other=1", "ratelimit.redis.url=%s", "REDIS_URL=%s", "spring.data.redis.url=%s",
			"REDIS_URL=redis://127.0.0.1:1", "ratelimit.service-client.url=http://127.0.0.1:1",
			"ratelimit.enabled=false" })
	void applicationWithoutRedisStaysWithout(String property) {
		Facts without = facts(this.application.withClassLoader(WITHOUT_REDIS));
		Facts with = facts(limited(this.application.withClassLoader(STARTER_ONLY), property));
		assertThat(without.cacheManager()).endsWith("ConcurrentMapCacheManager");
		assertThat(without.health()).isEqualTo("UP");
		assertSame(without, with);
	}

	@ParameterizedTest
	@ValueSource(strings = { "other=1", "ratelimit.redis.url=%s", "REDIS_URL=%s", "spring.data.redis.url=%s",
			"REDIS_URL=redis://127.0.0.1:1", "ratelimit.enabled=false" })
	void applicationWithSpringDataRedisOnlyStaysWithItOnly(String property) {
		FilteredClassLoader classLoader = new FilteredClassLoader("org.springframework.boot.data");
		Facts without = facts(set(this.application.withClassLoader(classLoader), property));
		Facts with = facts(limited(this.application.withClassLoader(classLoader), property));
		assertSame(without, with);
	}

	@ParameterizedTest
	@ValueSource(strings = { "other=1", "ratelimit.redis.url=%s", "REDIS_URL=%s", "spring.data.redis.url=%s",
			"REDIS_URL=redis://127.0.0.1:1", "spring.data.redis.url=redis://127.0.0.1:1", "ratelimit.enabled=false" })
	void applicationWithRedisKeepsItsOwn(String property) {
		Facts without = facts(set(this.applicationWithRedis, property));
		Facts with = facts(limited(this.applicationWithRedis, property));
		assertThat(without.cacheManager()).endsWith("RedisCacheManager");
		assertThat(without.redis()).isNotEmpty();
		assertThat(without.contributors()).contains("redis");
		assertSame(without, with);
	}

	@Test
	void cacheThatTheApplicationChoseStays() {
		String simple = "spring.cache.type=simple";
		assertSame(facts(set(this.applicationWithRedis, simple)), facts(limited(this.applicationWithRedis, simple)));
	}

	private static void assertSame(Facts without, Facts with) {
		assertThat(with.limiter()).isTrue();
		assertThat(without.limiter()).isFalse();
		assertThat(with.cacheManager()).isEqualTo(without.cacheManager());
		assertThat(with.redis()).isEqualTo(without.redis());
		assertThat(with.contributors()).isEqualTo(without.contributors());
		assertThat(with.health()).isEqualTo(without.health());
		assertThat(with.beans()).isEqualTo(without.beans());
	}

	private static ApplicationContextRunner limited(ApplicationContextRunner runner, String property) {
		List<Class<?>> types = new ArrayList<>();
		for (String name : ImportCandidates.load(AutoConfiguration.class, null)) {
			if (name.startsWith("io.github.ratelimit.")) {
				types.add(ClassUtils.resolveClassName(name, null));
			}
		}
		return set(runner, property).withConfiguration(AutoConfigurations.of(types.toArray(Class[]::new)));
	}

	private static ApplicationContextRunner set(ApplicationContextRunner runner, String property) {
		return runner.withPropertyValues(property.formatted(RedisServers.shared().uri()));
	}

	private static Facts facts(ApplicationContextRunner runner) {
		List<Facts> facts = new ArrayList<>();
		runner.run((context) -> {
			assertThat(context).hasNotFailed();
			facts.add(facts(context.getSourceApplicationContext()));
		});
		return facts.get(0);
	}

	private static Facts facts(ApplicationContext context) {
		Set<String> contributors = new TreeSet<>();
		for (HealthContributors.Entry entry : context.getBean(HealthContributorRegistry.class)) {
			contributors.add(entry.name());
		}
		context.getBeanProvider(ReactiveHealthContributorRegistry.class)
			.forEach((registry) -> registry.forEach((entry) -> contributors.add(entry.name())));
		boolean limiter = contributors.remove("ratelimiter") | context.containsBean("tierRateLimiters");
		Map<String, String> redis = new TreeMap<>();
		for (String name : REDIS_TYPES) {
			if (ClassUtils.isPresent(name, context.getClassLoader())) {
				for (String bean : context.getBeanNamesForType(ClassUtils.resolveClassName(name, null))) {
					redis.put(bean, context.getBean(bean).getClass().getName());
				}
			}
		}
		return new Facts(limiter, context.getBean(CacheManager.class).getClass().getName(), redis, contributors,
				context.getBean(HealthEndpoint.class).health().getStatus().getCode(), othersBeans(context));
	}

	/**
	 * Names of all beans but the limiter's own and those that Spring Boot makes of being
	 * asked for configuration properties.
	 */
	private static Set<String> othersBeans(ApplicationContext context) {
		Set<String> names = new HashSet<>(List.of(context.getBeanDefinitionNames()));
		names.removeIf((name) -> {
			Class<?> type = context.getType(name);
			return name.contains("io.github.ratelimit") || name.startsWith("rateLimit")
					|| (type != null && type.getName().startsWith("io.github.ratelimit"))
					|| name.startsWith("org.springframework.boot.context.internalConfigurationPropertiesBinder")
					|| name.equals("stringToRateConverter");
		});
		return names;
	}

	private record Facts(boolean limiter, String cacheManager, Map<String, String> redis, Set<String> contributors,
			String health, Set<String> beans) {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableCaching
	static class Caching {

	}

}
