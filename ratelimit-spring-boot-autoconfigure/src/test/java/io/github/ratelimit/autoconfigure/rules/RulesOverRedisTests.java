package io.github.ratelimit.autoconfigure.rules;

import java.time.Duration;
import java.util.List;

import io.github.ratelimit.Limit;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.autoconfigure.redis.RateLimitRedisAutoConfiguration;
import io.github.ratelimit.testsupport.PlainRedis;
import io.github.ratelimit.testsupport.PostgresProcess;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import io.github.ratelimit.tier.Rule;
import io.github.ratelimit.tier.RuleRepository;
import io.github.ratelimit.tier.RuleTarget;
import io.github.ratelimit.tier.Rules;
import io.github.ratelimit.tier.RulesStatus.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests what instances leave each other of rules in a real Redis.
 */
class RulesOverRedisTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private static final Rule RULE = new Rule(new RuleTarget("user:42", "ai", null), List.of(Limit.of("100/s")));

	private PostgresProcess postgres;

	private RedisProcess redis;

	@BeforeEach
	void start() {
		this.postgres = PostgresProcess.create();
		this.redis = RedisServers.dedicated();
	}

	@AfterEach
	void stop() {
		this.redis.close();
		this.postgres.close();
	}

	@Test
	void othersFollowByRedisAlone() {
		ApplicationContextRunner runner = runner("ratelimit.rules.jdbc.listen=false",
				"ratelimit.rules.jdbc.poll-interval=1h");
		runner.run((one) -> runner.run((other) -> {
			awaitSubscribers(2);
			save(one);
			await().atMost(LONG).untilAsserted(() -> assertThat(rules(other).current().all()).contains(RULE));
			other.getBean(RuleRepository.class).delete(RULE.target(), null, 1L, "bob");
			await().atMost(LONG).untilAsserted(() -> assertThat(rules(one).current().all()).isEmpty());
		}));
	}

	@Test
	void redisIsNotMissed() {
		ApplicationContextRunner runner = runner();
		runner.run((one) -> runner.run((other) -> {
			this.redis.freeze();
			save(one);
			await().atMost(LONG).untilAsserted(() -> assertThat(rules(other).current().all()).contains(RULE));
			this.redis.resume();
			this.redis.stop();
			other.getBean(RuleRepository.class).delete(RULE.target(), null, null, "bob");
			await().atMost(LONG).untilAsserted(() -> assertThat(rules(one).current().all()).isEmpty());
			assertThat(rules(one).status().failingSince()).isNull();
		}));
	}

	@Test
	void coldStartTakesTheCopyWhileTheDatabaseIsDown() {
		runner().run((one) -> {
			save(one);
			await().atMost(LONG).until(() -> copy().contains("user:42"));
		});
		this.postgres.stop();
		runner().run((cold) -> {
			await().atMost(LONG).untilAsserted(() -> assertThat(rules(cold).current().all()).contains(RULE));
			assertThat(rules(cold).status().source()).isEqualTo(Source.COPY);
			this.postgres.start();
			await().atMost(LONG)
				.untilAsserted(() -> assertThat(rules(cold).status().source()).isEqualTo(Source.REPOSITORY));
			assertThat(rules(cold).current().all()).contains(RULE);
		});
	}

	private ApplicationContextRunner runner(String... properties) {
		return new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(RateLimitAutoConfiguration.class, RateLimitRedisAutoConfiguration.class,
							RateLimitRulesAutoConfiguration.class, DataSourceAutoConfiguration.class))
			.withPropertyValues("ratelimit.application=shop", "ratelimit.redis.url=" + this.redis.uri(),
					"ratelimit.redis.timeout=1s", "ratelimit.redis.connect-timeout=10s",
					"spring.datasource.url=" + this.postgres.url(), "spring.datasource.hikari.connection-timeout=2000",
					"ratelimit.rules.jdbc.enabled=true", "ratelimit.rules.jdbc.initialize-schema=always")
			.withPropertyValues(properties);
	}

	private static void save(ApplicationContext context) {
		context.getBean(RuleRepository.class).save(RULE, null, "alice");
	}

	private static Rules rules(ApplicationContext context) {
		return context.getBean(Rules.class);
	}

	private String copy() {
		try (PlainRedis plain = PlainRedis.of(this.redis.port())) {
			return String.valueOf(plain.text("GET", "rate_limit:shop:rules"));
		}
	}

	private void awaitSubscribers(int number) {
		await().atMost(LONG).until(() -> {
			try (PlainRedis plain = PlainRedis.of(this.redis.port())) {
				return Integer.parseInt(plain.texts("PUBSUB", "NUMSUB", "rate_limit:shop:rules").get(1)) == number;
			}
		});
	}

}
