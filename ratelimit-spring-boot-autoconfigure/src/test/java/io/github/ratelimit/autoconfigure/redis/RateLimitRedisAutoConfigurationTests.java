package io.github.ratelimit.autoconfigure.redis;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.ratelimit.CircuitBreakerStatus;
import io.github.ratelimit.CounterChanges;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.RateLimiterRegistry;
import io.github.ratelimit.autoconfigure.GuardedStore;
import io.github.ratelimit.autoconfigure.InvalidRateLimitConfigurationException;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.autoconfigure.SharedStore;
import io.github.ratelimit.refusal.RefusalCachingRateLimitStore;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import io.github.ratelimit.testsupport.RedisProbe;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link RateLimitRedisAutoConfiguration}: which Redis is used, what is said
 * about it, and what happens while it is not there.
 */
@ExtendWith(OutputCaptureExtension.class)
class RateLimitRedisAutoConfigurationTests {

	private static final String MEMORY = "Rate limits are counted in the memory of this instance, because ";

	private static final String PASSWORD = "hunter2";

	/**
	 * Nothing listens there.
	 */
	private static final String NOWHERE = "127.0.0.1:1";

	private static RedisProcess server;

	private static RedisProcess protectedServer;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(RateLimitRedisAutoConfiguration.class, RateLimitAutoConfiguration.class))
		.withPropertyValues("spring.application.name=shop", "ratelimit.redis.timeout=30s",
				"ratelimit.redis.connect-timeout=30s", "REDIS_URL=", "MEMORYSTORE_ENABLED=");

	@BeforeAll
	static void start() {
		server = RedisServers.dedicated();
		protectedServer = RedisServers.dedicated("--requirepass", PASSWORD);
	}

	@AfterAll
	static void stop() {
		server.close();
		protectedServer.close();
	}

	@Test
	void memoryIsUsedWhereNoRedisIsNamed(CapturedOutput output) {
		this.runner.run((context) -> {
			assertThat(context).getBean(RateLimitStore.class).isInstanceOf(InMemoryRateLimitStore.class);
			assertThat(source(context)).isEqualTo(DecisionSource.MEMORY);
			assertThat(told(output)).containsExactly(MEMORY
					+ "no Redis is named by ratelimit.redis.url, spring.data.redis.*, REDIS_URL or MEMORYSTORE_*");
			assertThat(output).doesNotContain("WARN");
		});
	}

	@Test
	void connectionOfTheApplicationsThatIsNotUsedIsAWarning(CapturedOutput output) {
		this.runner
			.withBean("other", LettuceConnectionFactory.class,
					() -> new LettuceConnectionFactory("127.0.0.1", server.port()))
			.run((context) -> {
				assertThat(context).getBean(RateLimitStore.class).isInstanceOf(InMemoryRateLimitStore.class);
				assertThat(told(output)).singleElement()
					.asString()
					.startsWith(MEMORY + "no Redis is named by")
					.endsWith(
							"; the application's own 'other' is not used: set ratelimit.redis.url, or give the limiter a "
									+ "LettuceConnectionFactory named rateLimitRedisConnectionFactory");
				assertThat(output).containsOnlyOnce("WARN");
			});
	}

	@Test
	void withoutSpringDataRedisThereIsNoConnectionToWarnOf(CapturedOutput output) {
		this.runner.withClassLoader(new FilteredClassLoader("org.springframework.data.redis")).run((context) -> {
			assertThat(context).getBean(RateLimitStore.class).isInstanceOf(InMemoryRateLimitStore.class);
			assertThat(output).doesNotContain("WARN");
		});
	}

	@Test
	void connectionOfTheApplicationsIsNoWarningWhereRedisIsSwitchedOff(CapturedOutput output) {
		this.runner.withPropertyValues("ratelimit.redis.enabled=false")
			.withBean("other", LettuceConnectionFactory.class,
					() -> new LettuceConnectionFactory("127.0.0.1", server.port()))
			.run((context) -> assertThat(output).doesNotContain("WARN"));
	}

	@Test
	void blankSettingsNameNoRedis(CapturedOutput output) {
		this.runner
			.withPropertyValues("ratelimit.redis.url=", "spring.data.redis.url= ", "spring.data.redis.host=",
					"REDIS_URL= ", "MEMORYSTORE_ENABLED=false", "MEMORYSTORE_HOST=10.0.0.3")
			.run((context) -> {
				assertThat(context).getBean(RateLimitStore.class).isInstanceOf(InMemoryRateLimitStore.class);
				assertThat(told(output)).hasSize(1);
			});
	}

	@Test
	void settingsThatOnlySayHowToConnectNameNoRedis() {
		this.runner
			.withPropertyValues("spring.data.redis.password=x", "spring.data.redis.database=3",
					"spring.data.redis.ssl.enabled=true", "spring.data.redis.timeout=1s")
			.run((context) -> assertThat(context).getBean(RateLimitStore.class)
				.isInstanceOf(InMemoryRateLimitStore.class));
	}

	@Test
	void redisIsNotUsedWhereItIsSwitchedOff(CapturedOutput output) {
		this.runner.withPropertyValues("ratelimit.redis.url=" + server.uri(), "ratelimit.redis.enabled=false")
			.run((context) -> {
				assertThat(context).getBean(RateLimitStore.class).isInstanceOf(InMemoryRateLimitStore.class);
				assertThat(told(output)).containsExactly(MEMORY + "ratelimit.redis.enabled is false");
			});
	}

	@Test
	void redisIsNotUsedWithoutLettuce(CapturedOutput output) {
		this.runner.withClassLoader(new FilteredClassLoader(RedisClient.class))
			.withPropertyValues("ratelimit.redis.url=" + server.uri())
			.run((context) -> {
				assertThat(context).getBean(RateLimitStore.class).isInstanceOf(InMemoryRateLimitStore.class);
				assertThat(told(output)).containsExactly(MEMORY + "Lettuce is not on the class path");
			});
	}

	@Test
	void connectionOfTheApplicationsIsAWarningWithoutLettuceToo(CapturedOutput output) {
		this.runner.withClassLoader(new FilteredClassLoader(RedisClient.class))
			.withBean("other", RedisConnectionFactory.class, () -> mock(RedisConnectionFactory.class))
			.run((context) -> {
				assertThat(context).getBean(RateLimitStore.class).isInstanceOf(InMemoryRateLimitStore.class);
				assertThat(told(output)).containsExactly(MEMORY + "Lettuce is not on the class path; the application's "
						+ "own 'other' is not used: add io.lettuce:lettuce-core");
				assertThat(output).containsOnlyOnce("WARN");
			});
	}

	@Test
	void redisIsUsedWithoutSpringDataRedis(CapturedOutput output) {
		this.runner
			.withClassLoader(
					new FilteredClassLoader("org.springframework.data.redis", "org.springframework.boot.data.redis"))
			.withPropertyValues("ratelimit.redis.url=" + server.uri())
			.run((context) -> {
				assertThat(source(context)).isEqualTo(DecisionSource.REDIS);
				assertThat(told(output)).containsExactly(told("127.0.0.1:" + server.port(), "ratelimit.redis.url"));
			});
	}

	@Test
	void redisIsUsedWithoutBootsModuleForIt(CapturedOutput output) {
		this.runner.withClassLoader(new FilteredClassLoader("org.springframework.boot.data.redis"))
			.withPropertyValues("spring.data.redis.port=" + server.port())
			.run((context) -> {
				assertThat(source(context)).isEqualTo(DecisionSource.REDIS);
				assertThat(told(output)).containsExactly(told("localhost:" + server.port(), "spring.data.redis.*"));
			});
	}

	@ParameterizedTest
	@CsvSource({ "true, 5", "false, 54" })
	void decisionsTravelTogetherUnlessThatIsSwitchedOff(boolean gathering, long commands) {
		try (RedisProbe probe = RedisProbe.of(server.uri())) {
			this.runner
				.withPropertyValues("ratelimit.redis.url=" + server.uri(),
						"ratelimit.redis.gathering.enabled=" + gathering)
				.run((context) -> {
					RateLimiter limiter = context.getBean(RateLimiterRegistry.class).get("api");
					acquireWhileFrozen(limiter);
					probe.clearCommandCalls();
					acquireWhileFrozen(limiter);
					assertThat(probe.commandCalls()).containsEntry("evalsha", commands);
				});
		}
	}

	/**
	 * 54 decisions: four are sent, and the others wait.
	 */
	private static void acquireWhileFrozen(RateLimiter limiter) {
		List<CompletableFuture<RateLimitDecision>> answers;
		server.freeze();
		try {
			answers = IntStream.range(0, 54)
				.mapToObj((i) -> limiter.tryAcquireAsync("user:" + i).toCompletableFuture())
				.toList();
		}
		finally {
			server.resume();
		}
		answers.forEach(CompletableFuture::join);
	}

	@Test
	void storeOfTheApplicationsOwnComesBeforeAll(CapturedOutput output) {
		this.runner.withBean("store", RateLimitStore.class, InMemoryRateLimitStore::create)
			.withPropertyValues("ratelimit.redis.url=" + server.uri())
			.run((context) -> {
				assertThat(context).hasSingleBean(RateLimitStore.class).hasBean("store");
				assertThat(context).doesNotHaveBean(SharedStore.class).doesNotHaveBean(LimiterRedis.class);
				assertThat(told(output)).isEmpty();
			});
	}

	@Test
	void connectionFactoryOfTheApplicationsForThePurposeComesFirst(CapturedOutput output) {
		this.runner.withUserConfiguration(OwnFactory.class)
			.withPropertyValues("ratelimit.redis.url=redis://" + NOWHERE)
			.run((context) -> {
				assertThat(source(context)).isEqualTo(DecisionSource.REDIS);
				assertThat(told(output))
					.containsExactly(told("127.0.0.1:" + server.port(), "bean rateLimitRedisConnectionFactory"));
			});
	}

	@Test
	void ownAddressComesBeforeConnectionDetails(CapturedOutput output) {
		this.runner.withUserConfiguration(DetailsOfNowhere.class)
			.withPropertyValues("ratelimit.redis.url=" + server.uri(), "spring.data.redis.url=redis://" + NOWHERE)
			.run((context) -> {
				assertThat(source(context)).isEqualTo(DecisionSource.REDIS);
				assertThat(told(output)).containsExactly(told("127.0.0.1:" + server.port(), "ratelimit.redis.url"));
			});
	}

	@Test
	void connectionDetailsComeBeforeSpringDataRedisProperties(CapturedOutput output) {
		this.runner.withUserConfiguration(Details.class)
			.withPropertyValues("spring.data.redis.url=redis://" + NOWHERE)
			.run((context) -> {
				assertThat(source(context)).isEqualTo(DecisionSource.REDIS);
				assertThat(told(output)).containsExactly(told("127.0.0.1:" + server.port(), "connection details"));
			});
	}

	@Test
	void connectionDetailsThatBootMadeOfNoPropertiesDoNotCount() {
		this.runner.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class)).run((context) -> {
			assertThat(context).hasSingleBean(DataRedisConnectionDetails.class);
			assertThat(context).getBean(RateLimitStore.class).isInstanceOf(InMemoryRateLimitStore.class);
		});
	}

	@Test
	void connectionDetailsThatBootMadeOfPropertiesAreThoseProperties(CapturedOutput output) {
		this.runner.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class))
			.withPropertyValues("spring.data.redis.host=127.0.0.1", "spring.data.redis.port=" + server.port(),
					"spring.data.redis.database=2")
			.run((context) -> {
				assertThat(context).hasSingleBean(DataRedisConnectionDetails.class);
				assertThat(source(context)).isEqualTo(DecisionSource.REDIS);
				assertThat(told(output))
					.containsExactly(told("127.0.0.1:" + server.port() + "/2", "spring.data.redis.*"));
			});
	}

	@Test
	void springDataRedisUrlComesBeforeItsHostAndPort(CapturedOutput output) {
		this.runner
			.withPropertyValues("spring.data.redis.url=" + server.uri() + "/1", "spring.data.redis.host=127.0.0.1",
					"spring.data.redis.port=1")
			.run((context) -> {
				assertThat(source(context)).isEqualTo(DecisionSource.REDIS);
				assertThat(told(output))
					.containsExactly(told("127.0.0.1:" + server.port() + "/1", "spring.data.redis.url"));
			});
	}

	@Test
	void springDataRedisPropertiesComeBeforeRedisUrl(CapturedOutput output) {
		this.runner
			.withPropertyValues("spring.data.redis.host=127.0.0.1", "spring.data.redis.port=" + server.port(),
					"REDIS_URL=redis://" + NOWHERE)
			.run((context) -> {
				assertThat(source(context)).isEqualTo(DecisionSource.REDIS);
				assertThat(told(output)).containsExactly(told("127.0.0.1:" + server.port(), "spring.data.redis.*"));
			});
	}

	@Test
	void redisUrlComesBeforeMemorystore(CapturedOutput output) {
		this.runner
			.withPropertyValues("REDIS_URL=" + server.uri(), "MEMORYSTORE_ENABLED=true", "MEMORYSTORE_HOST=127.0.0.1",
					"MEMORYSTORE_PORT=1")
			.run((context) -> {
				assertThat(source(context)).isEqualTo(DecisionSource.REDIS);
				assertThat(told(output)).containsExactly(told("127.0.0.1:" + server.port(), "REDIS_URL"));
			});
	}

	@Test
	void memorystoreComesLast(CapturedOutput output) {
		this.runner
			.withPropertyValues("MEMORYSTORE_ENABLED=TRUE", "MEMORYSTORE_HOST= 127.0.0.1 ",
					"MEMORYSTORE_PORT=" + protectedServer.port(), "MEMORYSTORE_PASSWORD=" + PASSWORD)
			.run((context) -> {
				assertThat(source(context)).isEqualTo(DecisionSource.REDIS);
				assertThat(told(output))
					.containsExactly(told("127.0.0.1:" + protectedServer.port(), "MEMORYSTORE_HOST"));
				assertThat(output).doesNotContain(PASSWORD);
			});
	}

	@Test
	void passwordOfAnAddressIsUsedAndNotShown(CapturedOutput output) {
		for (String property : List.of("ratelimit.redis.url", "spring.data.redis.url", "REDIS_URL")) {
			this.runner
				.withPropertyValues(property + "=redis://default:" + PASSWORD + "@127.0.0.1:" + protectedServer.port())
				.run((context) -> {
					assertThat(source(context)).isEqualTo(DecisionSource.REDIS);
					assertThat(context.getBean(RateLimitStore.class).status().toString()).contains("127.0.0.1")
						.doesNotContain(PASSWORD);
					assertThat(context.getBean(SharedStore.class).toString()).doesNotContain(PASSWORD);
				});
		}
		assertThat(told(output)).hasSize(3);
		assertThat(output).doesNotContain(PASSWORD);
	}

	@Test
	void wrongPasswordIsNotShown(CapturedOutput output) {
		this.runner.withPropertyValues("REDIS_URL=redis://default:swordfish@127.0.0.1:" + protectedServer.port())
			.run((context) -> {
				assertThat(source(context)).isEqualTo(DecisionSource.FAILURE_MODE);
				await().atMost(Duration.ofSeconds(30))
					.untilAsserted(() -> assertThat(output).containsOnlyOnce("The circuit breaker is open")
						.contains("WRONGPASS"));
				assertThat(output).doesNotContain("swordfish");
				assertThat(lastFailure(context)).contains("WRONGPASS").doesNotContain("swordfish");
			});
	}

	@Test
	void whyRedisIsNotReachedIsShown() {
		this.runner.withPropertyValues("REDIS_URL=redis://127.0.0.1:1")
			.run((context) -> assertThat(lastFailure(context)).contains("no connection to Redis at 127.0.0.1:1")
				.contains("Connection refused"));
	}

	private static String lastFailure(ApplicationContext context) {
		CircuitBreakerStatus breaker = context.getBean(RateLimitStore.class).status().circuitBreaker();
		return String.valueOf(Objects.requireNonNull(breaker).lastFailure());
	}

	@Test
	void addressWithTlsIsNotUsedWithoutTls(CapturedOutput output) {
		this.runner
			.withPropertyValues("REDIS_URL=rediss://127.0.0.1:" + server.port(), "ratelimit.redis.timeout=500ms",
					"ratelimit.redis.connect-timeout=500ms")
			.run((context) -> {
				assertThat(source(context)).isEqualTo(DecisionSource.FAILURE_MODE);
				assertThat(told(output)).containsExactly(told("127.0.0.1:" + server.port(), "REDIS_URL"));
			});
	}

	@Test
	void nameOfTheApplicationKeepsCountsApart(CapturedOutput output) {
		String url = "ratelimit.redis.url=" + server.uri();
		this.runner.withPropertyValues(url, "ratelimit.application=other")
			.run((context) -> assertThat(told(output)).singleElement()
				.asString()
				.endsWith("for all instances of application 'other'"));
		int first = output.length();
		this.runner.withPropertyValues(url, "ratelimit.application= ", "spring.application.name=")
			.run((context) -> assertThat(output.toString().substring(first))
				.contains("for all instances of application 'application'"));
	}

	@Test
	void leasesThatAreOffMayHaveAnyDuration() {
		this.runner
			.withPropertyValues("ratelimit.redis.leases.duration=9ms", "ratelimit.redis.leases.enabled=false",
					"ratelimit.redis.url=" + server.uri())
			.run((context) -> assertThat(context.getBean(GuardedStore.class).leases()).isNull());
	}

	@Test
	void changesOfTheApplicationsOwnAreToldToThese() {
		this.runner.withPropertyValues("ratelimit.redis.url=" + server.uri())
			.withBean(CounterChanges.class, () -> CounterChanges.NONE)
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(CounterChanges.class));
	}

	@Test
	void redisThatIsNotThereYetIsTakenUpWhenItComes(CapturedOutput output) {
		try (RedisProcess late = RedisServers.dedicated()) {
			late.stop();
			this.runner.withPropertyValues("REDIS_URL=" + late.uri()).run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context).getBean(RateLimitStore.class).isInstanceOf(RefusalCachingRateLimitStore.class);
				assertThat(source(context)).isEqualTo(DecisionSource.FAILURE_MODE);
				assertThat(source(context)).isEqualTo(DecisionSource.FAILURE_MODE);
				assertThat(told(output)).containsExactly(told("127.0.0.1:" + late.port(), "REDIS_URL"));
				await().atMost(Duration.ofSeconds(30))
					.until(() -> output.toString().contains("The circuit breaker is open"));
				assertThat(output).containsOnlyOnce("WARN")
					.containsOnlyOnce("The circuit breaker is open: io.lettuce.core.RedisConnectionException: "
							+ "no connection to Redis at 127.0.0.1:" + late.port() + " yet: ");
				late.start();
				await().atMost(Duration.ofSeconds(30)).until(() -> source(context) == DecisionSource.REDIS);
				assertThat(output)
					.containsOnlyOnce("The circuit breaker is closed: the shared store decides again, after PT");
				assertThat(context.getBean(RateLimitStore.class).status().degradedSince()).isNull();
			});
		}
	}

	@Test
	void redisIsAskedAsSoonAsItIsThereHoweverLongTheCircuitBreakerWaits() {
		try (RedisProcess late = RedisServers.dedicated()) {
			late.stop();
			this.runner.withPropertyValues("REDIS_URL=" + late.uri(), "ratelimit.circuit-breaker.wait=1h")
				.run((context) -> {
					assertThat(source(context)).isEqualTo(DecisionSource.FAILURE_MODE);
					await().atMost(Duration.ofSeconds(30))
						.until(() -> context.getBean(RateLimitStore.class).status().degradedSince() != null);
					late.start();
					await().atMost(Duration.ofSeconds(30)).until(() -> source(context) == DecisionSource.REDIS);
				});
		}
	}

	@Test
	void instancesOfTheApplicationCountEachOther() {
		ApplicationContextRunner instance = this.runner.withPropertyValues("REDIS_URL=" + server.uri(),
				"ratelimit.application=counted", "ratelimit.redis.heartbeat-interval=50ms");
		instance.run((first) -> {
			await().atMost(Duration.ofSeconds(30)).until(() -> instances(first) == 1);
			instance.run((second) -> await().atMost(Duration.ofSeconds(30))
				.until(() -> instances(first) + instances(second) == 4));
			await().atMost(Duration.ofSeconds(30)).until(() -> instances(first) == 1);
		});
	}

	private static int instances(ApplicationContext context) {
		return context.getBean(SharedStore.class).instances().getAsInt();
	}

	@Test
	void connectionIsClosedWithTheApplication() {
		try (RedisProcess other = RedisServers.dedicated(); RedisProbe probe = RedisProbe.of(other.uri())) {
			this.runner.withPropertyValues("REDIS_URL=" + other.uri()).run((context) -> {
				assertThat(source(context)).isEqualTo(DecisionSource.REDIS);
				// One to ask, and one to hear what others publish
				await().atMost(Duration.ofSeconds(30)).until(() -> probe.otherConnections() == 2);
			});
			await().atMost(Duration.ofSeconds(30)).until(() -> probe.otherConnections() == 0);
		}
	}

	@Test
	void applicationWithoutANameIsToldThatItMayShareCounts(CapturedOutput output) {
		this.runner.withPropertyValues("REDIS_URL=" + server.uri(), "spring.application.name=").run((context) -> {
			assertThat(source(context)).isEqualTo(DecisionSource.REDIS);
			assertThat(output).containsOnlyOnce("Neither ratelimit.application nor spring.application.name is set: "
					+ "counts are those of 'application', and another application on this Redis without a name "
					+ "shares them");
		});
	}

	@Test
	void applicationWithANameIsNotTold(CapturedOutput output) {
		this.runner
			.withPropertyValues("REDIS_URL=" + server.uri(), "spring.application.name=", "ratelimit.application=shop")
			.run((context) -> assertThat(output).doesNotContain("is set: counts are those"));
	}

	@Test
	void connectionFactoryThatKeepsCommandsForLaterStopsTheStart() {
		this.runner.withUserConfiguration(KeepingFactory.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidRateLimitConfigurationException.class)
				.hasMessage("Property bean rateLimitRedisConnectionFactory is invalid: its client keeps commands while "
						+ "it is disconnected and sends them later, when their requests were decided without them"));
	}

	@Test
	void connectionFactoryThatSharesNoConnectionStopsTheStart() {
		this.runner.withUserConfiguration(OwnFactory.class)
			.withInitializer((context) -> context
				.addBeanFactoryPostProcessor((factory) -> factory.addBeanPostProcessor(new BeanPostProcessor() {

					@Override
					public Object postProcessAfterInitialization(Object bean, String name) {
						if (bean instanceof LettuceConnectionFactory connectionFactory) {
							connectionFactory.setShareNativeConnection(false);
						}
						return bean;
					}

				})))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidRateLimitConfigurationException.class)
				.hasMessage("Property bean rateLimitRedisConnectionFactory is invalid: it makes a connection for "
						+ "each that is asked for, which nobody would close"));
	}

	@Test
	void instanceLeavesWhenItsApplicationIsClosed() {
		try (RedisProcess other = RedisServers.dedicated(); RedisProbe probe = RedisProbe.of(other.uri())) {
			String instances = "rate_limit:shop:instances";
			this.runner.withPropertyValues("REDIS_URL=" + other.uri())
				.run((context) -> await().atMost(Duration.ofSeconds(30))
					.until(() -> probe.keys("*").contains(instances)));
			await().atMost(Duration.ofSeconds(30)).until(() -> !probe.keys("*").contains(instances));
			this.runner.withUserConfiguration(OwnFactory.class)
				.withPropertyValues("test.port=" + other.port())
				.run((context) -> await().atMost(Duration.ofSeconds(30))
					.until(() -> probe.keys("*").contains(instances)));
			await().atMost(Duration.ofSeconds(30)).until(() -> !probe.keys("*").contains(instances));
		}
	}

	@Test
	void applicationThatIsStartedAgainAndAgainLeavesNoThreadAndNoConnection() {
		try (RedisProcess other = RedisServers.dedicated(); RedisProbe probe = RedisProbe.of(other.uri())) {
			Set<Thread> before = limiterThreads();
			for (int round = 0; round < 20; round++) {
				boolean reachable = round % 4 != 0;
				this.runner
					.withPropertyValues((reachable) ? "REDIS_URL=" + other.uri() : "REDIS_URL=redis://127.0.0.1:1")
					.run((context) -> assertThat(source(context))
						.isEqualTo((reachable) ? DecisionSource.REDIS : DecisionSource.FAILURE_MODE));
			}
			await().atMost(Duration.ofSeconds(30)).until(() -> probe.otherConnections() == 0);
			await().atMost(Duration.ofSeconds(30)).until(() -> before.containsAll(limiterThreads()));
		}
	}

	private static Set<Thread> limiterThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> Stream.of("lettuce", "ratelimit").anyMatch(thread.getName()::startsWith))
			.collect(Collectors.toSet());
	}

	@Test
	void primaryAmongItsReplicasDecides() {
		try (RedisProcess primary = RedisServers.dedicated();
				RedisProcess replica = RedisServers.dedicated("--replicaof", "127.0.0.1",
						Integer.toString(primary.port()))) {
			String nodes = "127.0.0.1:" + replica.port() + ",127.0.0.1:" + primary.port();
			this.runner.withPropertyValues("spring.data.redis.masterreplica.nodes=" + nodes).run((context) -> {
				assertThat(source(context)).isEqualTo(DecisionSource.REDIS);
				assertThat(context.getBean(LimiterRedis.class).connection().host()).isEqualTo("primary among " + nodes);
			});
		}
	}

	@Test
	void connectionFactoryOfTheApplicationsIsLeftOpen() {
		this.runner.withUserConfiguration(OwnFactory.class).run((context) -> {
			context.getBean(LimiterRedis.class).close();
			RedisConnectionFactory factory = context.getBean(ApplicationRedis.BEAN, RedisConnectionFactory.class);
			assertThat(factory.getConnection().ping()).isEqualTo("PONG");
		});
	}

	@Test
	void connectionFactoryForThePurposeLeavesTheApplicationItsOwn() {
		this.runner.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class))
			.withUserConfiguration(OwnFactory.class)
			.withPropertyValues("spring.data.redis.port=" + protectedServer.port(),
					"spring.data.redis.password=" + PASSWORD)
			.run((context) -> {
				assertThat(source(context)).isEqualTo(DecisionSource.REDIS);
				LettuceConnectionFactory applications = (LettuceConnectionFactory) context
					.getBean(StringRedisTemplate.class)
					.getConnectionFactory();
				assertThat(applications.getPort()).isEqualTo(protectedServer.port());
			});
	}

	private static DecisionSource source(ApplicationContext context) {
		return context.getBean(RateLimiterRegistry.class).get("api").peek("user:1").source();
	}

	private static List<String> told(CapturedOutput output) {
		return output.toString()
			.lines()
			.filter((line) -> line.contains("Rate limits are counted"))
			.filter((line) -> line.contains(" INFO ") || line.contains(" WARN "))
			.map((line) -> line.substring(line.indexOf(" : ") + " : ".length()))
			.toList();
	}

	private static String told(String host, String chosenBy) {
		return "Rate limits are counted in Redis at " + host + " (named by " + chosenBy
				+ "), for all instances of application 'shop'";
	}

	@Configuration(proxyBeanMethods = false)
	static class KeepingFactory {

		@Bean(defaultCandidate = false)
		LettuceConnectionFactory rateLimitRedisConnectionFactory() {
			return new LettuceConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", server.port()));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnFactory {

		@Bean(defaultCandidate = false)
		LettuceConnectionFactory rateLimitRedisConnectionFactory(Environment environment) {
			int port = environment.getProperty("test.port", Integer.class, server.port());
			ClientOptions options = ClientOptions.builder()
				.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
				.build();
			return new LettuceConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", port),
					LettuceClientConfiguration.builder().clientOptions(options).build());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Details {

		@Bean
		DataRedisConnectionDetails details() {
			return details(server.port());
		}

		static DataRedisConnectionDetails details(int port) {
			return new DataRedisConnectionDetails() {

				@Override
				public Standalone getStandalone() {
					return Standalone.of("127.0.0.1", port);
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class DetailsOfNowhere {

		@Bean
		DataRedisConnectionDetails details() {
			return Details.details(1);
		}

	}

}
