package io.github.ratelimit.autoconfigure.rules;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.github.ratelimit.Limit;
import io.github.ratelimit.autoconfigure.InvalidRateLimitConfigurationException;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.testsupport.PostgresProcess;
import io.github.ratelimit.tier.LoadedRules;
import io.github.ratelimit.tier.Rule;
import io.github.ratelimit.tier.RuleRepository;
import io.github.ratelimit.tier.RuleSet;
import io.github.ratelimit.tier.RuleTarget;
import io.github.ratelimit.tier.Rules;
import io.github.ratelimit.tier.RulesStatus;
import io.github.ratelimit.tier.RulesStatus.Source;
import io.github.ratelimit.tier.StoredRule;
import io.github.ratelimit.tier.TierRateLimiters;
import io.github.ratelimit.tier.jdbc.FollowedRuleRepository;
import io.github.ratelimit.tier.jdbc.RuleFollower;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.timeout;

class RateLimitRulesAutoConfigurationTests {

	private static final RuleTarget TARGET = new RuleTarget("user:42", "ai", null);

	private static PostgresProcess postgres;

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(AutoConfigurations
		.of(RateLimitAutoConfiguration.class, RateLimitRulesAutoConfiguration.class, DataSourceAutoConfiguration.class,
				JdbcTemplateAutoConfiguration.class, JdbcClientAutoConfiguration.class));

	private final ApplicationContextRunner enabled = this.runner.withPropertyValues("ratelimit.rules.jdbc.enabled=true",
			"ratelimit.rules.jdbc.initialize-schema=always");

	@BeforeAll
	static void startPostgres() {
		postgres = PostgresProcess.create();
	}

	@AfterAll
	static void stopPostgres() {
		postgres.close();
	}

	@BeforeEach
	void dropTables() {
		postgres.client().sql("drop table if exists ratelimit_rule, ratelimit_rule_change").update();
	}

	@Test
	void isOffByDefault() {
		this.runner.withPropertyValues("spring.datasource.url=" + postgres.url())
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(RuleRepository.class)
				.doesNotHaveBean(RuleFollower.class));
	}

	@Test
	void rulesAreKeptInTheDatabaseOfTheApplication() {
		this.enabled.withPropertyValues("spring.datasource.url=" + postgres.url()).run((context) -> {
			context.getBean(RuleRepository.class).save(new Rule(TARGET, List.of(Limit.of("100/s"))), 0L, "alice");
			assertThat(limitOf(context).rate().quota()).isEqualTo(100);
			assertThat(context.getBean(Rules.class).status().source()).isEqualTo(Source.REPOSITORY);
		});
		this.enabled.withPropertyValues("spring.datasource.url=" + postgres.url())
			.run((context) -> assertThat(limitOf(context).rate().quota()).isEqualTo(100));
	}

	@Test
	void twoInstancesFollowEachOther() {
		ApplicationContextRunner instance = this.enabled.withPropertyValues("spring.datasource.url=" + postgres.url());
		instance.run((one) -> instance.run((other) -> {
			one.getBean(RuleRepository.class).save(new Rule(TARGET, List.of(Limit.of("100/s"))), 0L, "alice");
			await().untilAsserted(() -> assertThat(limitOf(other).rate().quota()).isEqualTo(100));
			other.getBean(RuleRepository.class).delete(TARGET, null, 1L, "bob");
			await().untilAsserted(() -> assertThat(limitOf(one).rate().quota()).isNotEqualTo(100));
		}));
	}

	private static Limit limitOf(ApplicationContext context) {
		return context.getBean(TierRateLimiters.class).limits("ai", "user:42", List.of()).settings().limits().get(0);
	}

	@Test
	void rulesAreFollowedAgainAfterAStopOrAPause() {
		ApplicationContextRunner instance = this.enabled.withPropertyValues("spring.datasource.url=" + postgres.url());
		instance.run((one) -> instance.run((other) -> {
			ConfigurableApplicationContext context = other.getSourceApplicationContext();
			context.stop();
			one.getBean(RuleRepository.class).save(new Rule(TARGET, List.of(Limit.of("100/s"))), null, "alice");
			context.start();
			assertThat(limitOf(other).rate().quota()).isEqualTo(100);
			context.pause();
			one.getBean(RuleRepository.class).save(new Rule(TARGET, List.of(Limit.of("200/s"))), null, "alice");
			context.restart();
			assertThat(limitOf(other).rate().quota()).isEqualTo(200);
			one.getBean(RuleRepository.class).save(new Rule(TARGET, List.of(Limit.of("300/s"))), null, "alice");
			await().untilAsserted(() -> assertThat(limitOf(other).rate().quota()).isEqualTo(300));
		}));
	}

	@Test
	void onlyConnectionOfAPoolIsLeftToOthers() {
		ApplicationContextRunner instance = this.enabled.withPropertyValues("spring.datasource.url=" + postgres.url(),
				"spring.datasource.hikari.maximum-pool-size=1");
		instance.run((one) -> instance.run((other) -> {
			assertThat(one.getBean(JdbcClient.class).sql("select 1").query(Integer.class).single()).isEqualTo(1);
			one.getBean(RuleRepository.class).save(new Rule(TARGET, List.of(Limit.of("100/s"))), 0L, "alice");
			await().untilAsserted(() -> assertThat(limitOf(other).rate().quota()).isEqualTo(100));
		}));
	}

	@Test
	void tablesAreNotCreatedUnlessAskedFor() {
		this.runner.withPropertyValues("ratelimit.rules.jdbc.enabled=true", "spring.datasource.url=" + postgres.url())
			.run((context) -> {
				RulesStatus status = context.getBean(Rules.class).status();
				assertThat(status.source()).isEqualTo(Source.CONFIGURATION);
				assertThat(status.error()).contains("ratelimit_rule");
			});
	}

	@Test
	void applicationsStartWhileTheDatabaseIsDown() {
		this.enabled
			.withPropertyValues("spring.datasource.url=jdbc:postgresql://localhost:1/x?password=secret",
					"spring.datasource.hikari.connection-timeout=500", "ratelimit.rules.jdbc.timeout=300ms")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				await().untilAsserted(() -> {
					RulesStatus status = context.getBean(Rules.class).status();
					assertThat(status.failingSince()).isNotNull();
					assertThat(status.error()).doesNotContain("secret");
				});
			});
	}

	@Test
	void backsOffFromARepositoryOfTheApplication() {
		this.enabled.withPropertyValues("spring.datasource.url=" + postgres.url())
			.withBean(RuleRepository.class, () -> mock(RuleRepository.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(RuleRepository.class)
				.doesNotHaveBean(FollowedRuleRepository.class)
				.doesNotHaveBean(RulesDatabase.class));
	}

	@Test
	void rulesThatTheApplicationKeepsAreFollowed() {
		AtomicReference<LoadedRules> kept = new AtomicReference<>(rules("100/s"));
		RuleRepository repository = mock(RuleRepository.class);
		given(repository.load()).willAnswer((call) -> kept.get());
		this.runner
			.withClassLoader(
					new FilteredClassLoader(JdbcClient.class, DatabaseInitializationMode.class, HikariDataSource.class))
			.withBean(RuleRepository.class, () -> repository)
			.run((context) -> {
				assertThat(limitOf(context).rate().quota()).isEqualTo(100);
				RuleSet before = context.getBean(Rules.class).current();
				Instant readAt = context.getBean(Rules.class).status().readAt();
				await().until(() -> !Objects.equals(context.getBean(Rules.class).status().readAt(), readAt));
				assertThat(context.getBean(Rules.class).current()).isSameAs(before);
				kept.set(rules("200/s"));
				await().untilAsserted(() -> assertThat(limitOf(context).rate().quota()).isEqualTo(200));
				willThrow(new IllegalStateException("down")).given(repository).load();
				await().until(() -> context.getBean(Rules.class).status().failingSince() != null);
				assertThat(limitOf(context).rate().quota()).isEqualTo(200);
			});
	}

	@Test
	void rulesWithAMarkAreReadWhereItDiffers() {
		RuleRepository repository = mock(RuleRepository.class);
		given(repository.load()).willReturn(rules("100/s"));
		given(repository.mark()).willReturn("1");
		this.runner
			.withPropertyValues("ratelimit.rules.jdbc.poll-interval=10ms", "spring.datasource.url=" + postgres.url())
			.withBean(RuleRepository.class, () -> repository)
			.run((context) -> {
				assertThat(limitOf(context).rate().quota()).isEqualTo(100);
				then(repository).should(timeout(10_000).atLeast(5)).mark();
				then(repository).should().load();
				given(repository.mark()).willReturn("2");
				then(repository).should(timeout(10_000).times(2)).load();
			});
	}

	private static LoadedRules rules(String rate) {
		Rule rule = new Rule(TARGET, List.of(Limit.of(rate)));
		return new LoadedRules(List.of(new StoredRule(rule, 1, Instant.EPOCH, "alice")), List.of());
	}

	@Test
	void isOffWithTheLimiter() {
		this.enabled.withPropertyValues("ratelimit.enabled=false", "spring.datasource.url=" + postgres.url())
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RuleRepository.class));
	}

	@Test
	void missingDataSourceStopsTheStart() {
		this.enabled.withClassLoader(new FilteredClassLoader("com.zaxxer.hikari", "org.apache.tomcat.jdbc"))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidRateLimitConfigurationException.class)
				.hasMessageContaining("there is no DataSource"));
	}

	@Test
	void severalDataSourcesStopTheStart() {
		this.enabled.withBean("a", DataSource.class, () -> mock(DataSource.class))
			.withBean("b", DataSource.class, () -> mock(DataSource.class))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidRateLimitConfigurationException.class)
				.hasMessageContaining("several DataSource beans"));
	}

	@Test
	void missingLibrariesStopTheStart() {
		for (Class<?> missing : List.of(JdbcClient.class, DataSourceScriptDatabaseInitializer.class,
				JsonMapper.class)) {
			this.enabled.withPropertyValues("spring.datasource.url=" + postgres.url())
				.withClassLoader(new FilteredClassLoader(missing))
				.run((context) -> assertThat(context).getFailure()
					.isInstanceOf(InvalidRateLimitConfigurationException.class)
					.hasMessageContaining("is not on the class path"));
		}
	}

	@Test
	void missingLibraryStopsTheStartWhereBeansAreMadeWhenTheyAreNeeded() {
		this.enabled.withClassLoader(new FilteredClassLoader(JsonMapper.class))
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidRateLimitConfigurationException.class)
				.hasMessageContaining("is not on the class path"));
	}

	@Test
	void durationsMustBeAboveZero() {
		for (String property : List.of("poll-interval", "timeout")) {
			this.enabled
				.withPropertyValues("spring.datasource.url=" + postgres.url(),
						"ratelimit.rules.jdbc." + property + "=0s")
				.run((context) -> assertThat(context).getFailure()
					.rootCause()
					.hasMessageContaining("ratelimit.rules.jdbc." + property));
		}
	}

	@Test
	void startWaitsNoLongerThanTheTimeoutForAFrozenDatabase() {
		try {
			postgres.freeze();
			long before = System.nanoTime();
			this.enabled
				.withPropertyValues("spring.datasource.url=" + postgres.url(),
						"spring.datasource.hikari.connection-timeout=1000", "ratelimit.rules.jdbc.timeout=300ms")
				.run((context) -> assertThat(context.getBean(Rules.class).status().failingSince()).isNotNull());
			assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
		}
		finally {
			postgres.resume();
		}
	}

}
