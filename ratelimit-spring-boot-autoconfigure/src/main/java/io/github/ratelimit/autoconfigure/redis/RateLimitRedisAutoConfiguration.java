package io.github.ratelimit.autoconfigure.redis;

import java.util.Objects;
import java.util.stream.Stream;

import io.github.ratelimit.CounterChanges;
import io.github.ratelimit.DecisionTracer;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.autoconfigure.GuardedStore;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.autoconfigure.RateLimitProperties;
import io.github.ratelimit.autoconfigure.RedisProperties;
import io.github.ratelimit.autoconfigure.SharedStore;
import io.github.ratelimit.observation.ObservationDecisionTracer;
import io.github.ratelimit.observation.RedisCommandTracing;
import io.github.ratelimit.store.redis.RedisClientSettings;
import io.github.ratelimit.store.redis.RedisConnection;
import io.github.ratelimit.store.redis.RedisCounterChanges;
import io.github.ratelimit.store.redis.RedisInstances;
import io.github.ratelimit.store.redis.RedisRateLimitStore;
import io.github.ratelimit.store.redis.RedisRules;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.SslOptions;
import io.micrometer.observation.ObservationRegistry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.util.StringUtils;

/**
 * {@link AutoConfiguration Auto-configuration} for the store in Redis, where one is
 * named. None of its beans is a connection that the application, its cache or its health
 * could take for their own.
 */
@AutoConfiguration(before = RateLimitAutoConfiguration.class,
		afterName = "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration")
@ConditionalOnClass(RedisClient.class)
@ConditionalOnBooleanProperty(name = { "ratelimit.enabled", "ratelimit.redis.enabled" }, matchIfMissing = true)
@ConditionalOnMissingBean(RateLimitStore.class)
@EnableConfigurationProperties(RateLimitProperties.class)
public final class RateLimitRedisAutoConfiguration {

	private static final Log logger = LogFactory.getLog(RateLimitRedisAutoConfiguration.class);

	private static final String DEFAULT_APPLICATION = "application";

	@Bean
	LimiterRedis rateLimitRedis(Environment environment, RateLimitProperties properties,
			ObjectProvider<ApplicationRedis> applicationRedis, ObjectProvider<RedisTargetSupplier> connectionDetails,
			ObjectProvider<SslBundles> sslBundles, ObjectProvider<RedisCredentialsProvider> credentials,
			ObjectProvider<CommandTracing> tracing) {
		RedisProperties redis = properties.getRedis();
		redis.requireTimes();
		ApplicationRedis own = applicationRedis.getIfAvailable();
		if (own != null) {
			return open(own.connection(redis.getConnectTimeout(), redis.getTimeout()), "bean " + ApplicationRedis.BEAN);
		}
		RedisTarget target = new RedisTargets(environment, properties, connectionDetails.getIfAvailable(),
				sslBundles.getIfAvailable())
			.find();
		if (target == null) {
			return new LimiterRedis(null, "");
		}
		RedisClientSettings settings = new RedisClientSettings(sslOptions(target.sslBundle()),
				credentials.getIfUnique(), redis.getConnectTimeout(), redis.getTimeout());
		CommandTracing commands = tracing.getIfAvailable();
		return open(RedisConnection.to(target.address(),
				(commands != null) ? settings.withTracing(commands.tracing()) : settings), target.chosenBy());
	}

	private static LimiterRedis open(RedisConnection connection, String chosenBy) {
		connection.open();
		return new LimiterRedis(connection, chosenBy);
	}

	private static @Nullable SslOptions sslOptions(@Nullable SslBundle bundle) {
		if (bundle == null) {
			return null;
		}
		SslOptions.Builder options = SslOptions.builder()
			.keyManager(bundle.getManagers().getKeyManagerFactory())
			.trustManager(bundle.getManagers().getTrustManagerFactory());
		if (bundle.getOptions().getCiphers() != null) {
			options.cipherSuites(bundle.getOptions().getCiphers());
		}
		if (bundle.getOptions().getEnabledProtocols() != null) {
			options.protocols(bundle.getOptions().getEnabledProtocols());
		}
		return options.build();
	}

	@Bean
	@Nullable RedisInstances rateLimitRedisInstances(LimiterRedis redis, RateLimitProperties properties,
			Environment environment) {
		RedisConnection connection = redis.connection();
		if (connection == null) {
			return null;
		}
		RedisInstances instances = new RedisInstances(connection, application(properties, environment),
				properties.getRedis().getHeartbeatInterval());
		instances.open();
		return instances;
	}

	/**
	 * Does nothing until rules that are kept somewhere are followed.
	 */
	@Bean
	@Nullable RedisRules rateLimitRedisRules(LimiterRedis redis, RateLimitProperties properties, Environment environment) {
		RedisConnection connection = redis.connection();
		return (connection != null) ? new RedisRules(connection, application(properties, environment)) : null;
	}

	/**
	 * Does nothing until somebody listens who remembers what Redis has said.
	 */
	@Bean
	@ConditionalOnMissingBean(CounterChanges.class)
	@Nullable RedisCounterChanges rateLimitRedisCounterChanges(LimiterRedis redis, RateLimitProperties properties,
			Environment environment) {
		RedisConnection connection = redis.connection();
		return (connection != null) ? new RedisCounterChanges(connection, application(properties, environment)) : null;
	}

	@Bean
	@Nullable SharedStore rateLimitSharedStore(LimiterRedis redis, ObjectProvider<RedisInstances> instances,
			ObjectProvider<CounterChanges> changes, RateLimitProperties properties, Environment environment) {
		RedisConnection connection = redis.connection();
		if (connection == null) {
			return null;
		}
		String application = application(properties, environment);
		if (configuredApplication(properties, environment) == null) {
			logger.warn("Neither ratelimit.application nor spring.application.name is set: counts are those of '"
					+ application + "', and another application on this Redis without a name shares them");
		}
		RedisProperties redisProperties = properties.getRedis();
		RedisRateLimitStore store = new RedisRateLimitStore(connection, application,
				changes.getIfAvailable(() -> CounterChanges.NONE), redisProperties.getGathering().isEnabled());
		return new SharedStore(store, instances.getObject()::count, redisProperties.getTimeout(),
				"Redis at %s (named by %s), for all instances of application '%s'".formatted(connection.host(),
						redis.chosenBy(), application));
	}

	private static String application(RateLimitProperties properties, Environment environment) {
		return Objects.requireNonNullElse(configuredApplication(properties, environment), DEFAULT_APPLICATION);
	}

	private static @Nullable String configuredApplication(RateLimitProperties properties, Environment environment) {
		return Stream.of(properties.getApplication(), environment.getProperty("spring.application.name"))
			.filter(StringUtils::hasText)
			.findFirst()
			.orElse(null);
	}

	/**
	 * Has the instance leave before the application's own connections are stopped.
	 */
	@Bean
	ApplicationListener<ContextClosedEvent> rateLimitRedisInstanceLeaving(ApplicationContext context,
			ObjectProvider<RedisInstances> instances) {
		return (event) -> {
			if (event.getApplicationContext() == context) {
				instances.ifAvailable(RedisInstances::close);
			}
		};
	}

	/**
	 * Has the store asked as soon as there is a connection again, where it was not.
	 */
	@Bean
	SmartInitializingSingleton rateLimitRedisRecovery(LimiterRedis redis, ObjectProvider<GuardedStore> guarded) {
		return () -> {
			RedisConnection connection = redis.connection();
			if (connection != null) {
				guarded.ifAvailable(
						(store) -> store.ifShared((failureMode) -> connection.whenConnected(failureMode::retry)));
			}
		};
	}

	/**
	 * Spans of commands, where decisions have some.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ObservationRegistry.class)
	static class TracingConfiguration {

		@Bean
		@Nullable CommandTracing rateLimitRedisCommandTracing(ObjectProvider<DecisionTracer> tracer,
				ObjectProvider<ObservationRegistry> registry) {
			return (tracer.getIfAvailable() instanceof ObservationDecisionTracer)
					? new CommandTracing(new RedisCommandTracing(registry.getObject())) : null;
		}

	}

	/**
	 * Connection details, where Boot's module for Redis is there.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(DataRedisConnectionDetails.class)
	static class ConnectionDetailsConfiguration {

		@Bean
		ConnectionDetailsTarget rateLimitRedisConnectionDetailsTarget(
				ObjectProvider<DataRedisConnectionDetails> details) {
			return new ConnectionDetailsTarget(details);
		}

	}

	/**
	 * A connection factory of the application's for the limiter, where there is Spring
	 * Data Redis.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(LettuceConnectionFactory.class)
	static class ApplicationRedisConfiguration {

		@Bean
		@ConditionalOnBean(name = ApplicationRedis.BEAN)
		ApplicationRedis rateLimitApplicationRedis(
				@Qualifier(ApplicationRedis.BEAN) LettuceConnectionFactory connectionFactory) {
			return new ApplicationRedis(connectionFactory);
		}

	}

}
