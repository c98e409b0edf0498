package io.github.ratelimit.autoconfigure.redis;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.RateLimiterRegistry;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.testsupport.PlainRedis;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for a {@link RedisCredentialsProvider} of the application's, whose password
 * changes while the limiter is connected, and for databases of one server.
 */
class RedisCredentialsTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final String USER = "limiter";

	private final AtomicReference<String> password = new AtomicReference<>("first-secret");

	private RedisProcess server;

	private ApplicationContextRunner runner;

	@BeforeEach
	void start() {
		this.server = RedisServers.dedicated();
		setPassword(this.password.get());
		this.runner = new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(RateLimitRedisAutoConfiguration.class, RateLimitAutoConfiguration.class))
			.withPropertyValues("ratelimit.application=credentials", "ratelimit.redis.timeout=2s",
					"ratelimit.redis.connect-timeout=10s", "ratelimit.redis.url=" + this.server.uri(),
					"ratelimit.tiers.slow.rate=20/h", "REDIS_URL=", "MEMORYSTORE_ENABLED=");
	}

	@AfterEach
	void stop() {
		this.server.close();
	}

	@Test
	void passwordThatRotatesIsAskedForEachTimeAConnectionIsMade() {
		this.runner.withBean(RedisCredentialsProvider.class, this::provider).run((context) -> {
			assertThat(decide(context).source()).isEqualTo(DecisionSource.REDIS);
			setPassword("second-secret");
			this.password.set("second-secret");
			killConnections();
			await().atMost(TIMEOUT).until(() -> decide(context).source() == DecisionSource.REDIS);
		});
	}

	/**
	 * As when the server learns of the change first.
	 */
	@Test
	void passwordThatComesLateIsUsedOnceItIsThere() {
		this.runner.withBean(RedisCredentialsProvider.class, this::provider).run((context) -> {
			assertThat(decide(context).source()).isEqualTo(DecisionSource.REDIS);
			setPassword("second-secret");
			killConnections();
			await().atMost(TIMEOUT).until(() -> decide(context).source() == DecisionSource.FAILURE_MODE);
			await().atMost(TIMEOUT).until(() -> refusals() > 0);
			this.password.set("second-secret");
			await().atMost(TIMEOUT).until(() -> decide(context).source() == DecisionSource.REDIS);
		});
	}

	@Test
	void passwordThatIsWrongAtTheStartIsUsedOnceItIsRight() {
		this.password.set("wrong");
		this.runner.withBean(RedisCredentialsProvider.class, this::provider).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(decide(context).source()).isEqualTo(DecisionSource.FAILURE_MODE);
			this.password.set("first-secret");
			await().atMost(TIMEOUT).until(() -> decide(context).source() == DecisionSource.REDIS);
		});
	}

	@Test
	void databasesOfOneServerDoNotShareCounts() {
		ApplicationContextRunner limited = this.runner.withBean(RedisCredentialsProvider.class, this::provider);
		limited.withPropertyValues("ratelimit.redis.url=" + this.server.uri() + "/1")
			.run((context) -> assertThat(decide(context).remaining()).isEqualTo(19));
		limited.withPropertyValues("ratelimit.redis.url=" + this.server.uri() + "/2").run((context) -> {
			assertThat(decide(context).remaining()).isEqualTo(19);
			assertThat(databases()).contains("db1:").contains("db2:").doesNotContain("db0:");
		});
		limited.withPropertyValues("ratelimit.redis.url=" + this.server.uri() + "/1")
			.run((context) -> assertThat(decide(context).remaining()).isEqualTo(18));
	}

	private RedisCredentialsProvider provider() {
		return () -> Mono.fromSupplier(() -> RedisCredentials.just(USER, this.password.get()));
	}

	private static RateLimitDecision decide(AssertableApplicationContext context) {
		RateLimiter limiter = context.getBean(RateLimiterRegistry.class).get("slow");
		return limiter.tryAcquire("user:1");
	}

	private void setPassword(String password) {
		try (PlainRedis redis = PlainRedis.of(this.server.port())) {
			redis.call("ACL", "SETUSER", USER, "reset", "on", ">" + password, "~*", "+@all");
		}
	}

	private void killConnections() {
		try (PlainRedis redis = PlainRedis.of(this.server.port())) {
			redis.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
		}
	}

	private int refusals() {
		try (PlainRedis redis = PlainRedis.of(this.server.port())) {
			return redis.texts("ACL", "LOG").size();
		}
	}

	private String databases() {
		try (PlainRedis redis = PlainRedis.of(this.server.port())) {
			return redis.text("INFO", "keyspace");
		}
	}

}
