package io.github.ratelimit.sample;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The tools over HTTP, as two instances of the application with one Redis.
 */
@ExtendWith(OutputCaptureExtension.class)
class ToolServerScenarioTests {

	/**
	 * The instances know of each other before Redis is lost, and share what they limit.
	 */
	private static final String OFTEN = "ratelimit.redis.heartbeat-interval=50ms";

	private static final String APPLICATION = "sample";

	private static final Duration WINDOW = Duration.ofSeconds(60);

	private static final String TEXT = "{\"text\":\"abc\"}";

	private static RedisProcess process;

	private static RedisView redis;

	private static SampleInstance first;

	private static SampleInstance second;

	@BeforeAll
	static void startInstances() {
		process = RedisServers.dedicated();
		redis = new RedisView(process.uri(), APPLICATION);
		first = SampleInstance.start("REDIS_URL=" + process.uri());
		second = SampleInstance.start("REDIS_URL=" + process.uri());
	}

	@AfterAll
	static void closeInstances() {
		first.close();
		second.close();
		redis.close();
		process.close();
	}

	@BeforeEach
	void forgetCounts() {
		redis.forgetAll();
	}

	@Test
	void userMayUseEachToolAHundredTimesOnAllInstancesTogether() {
		AtomicInteger calls = new AtomicInteger();
		Exhaustion exhaustion = Exhaustion
			.of(() -> use((calls.incrementAndGet() % 2 == 0) ? first : second, "alice", "reverse"));
		exhaustion.assertAdmittedInWindows(100, WINDOW);
		SampleAnswer refusal = exhaustion.refusal();
		assertThat(refusal.number("Retry-After")).isBetween(1L, WINDOW.toSeconds());
		assertThat(refusal.number("RateLimit-Reset")).isBetween(refusal.number("Retry-After"), WINDOW.toSeconds());
		assertThat(refusal.json().path("rate").stringValue()).isEqualTo("100 requests/minute");
		assertThat(exhaustion.admitted()).allSatisfy((answer) -> assertThat(answer.body()).contains("cba"));
		assertThat(use(first, "alice", "shout").number("RateLimit-Remaining")).isEqualTo(99);
		assertThat(use(second, "bob", "reverse").number("RateLimit-Remaining")).isEqualTo(99);
	}

	/**
	 * At a time that is moved, so that what a minute later or earlier would show is seen.
	 */
	@Test
	void noMinuteHasMoreThanAHundredCalls() {
		AtomicLong microTime = new AtomicLong(Duration.ofDays(1).toSeconds() * 1_000_000);
		try (SampleInstance instance = SampleInstance.startWith(InMemoryRateLimitStore.create(1_000, microTime::get))) {
			for (int i = 0; i < 60; i++) {
				assertThat(use(instance, "alice", "reverse").status()).isEqualTo(200);
			}
			microTime.addAndGet(59_000_000);
			for (int i = 0; i < 40; i++) {
				assertThat(use(instance, "alice", "reverse").status()).isEqualTo(200);
			}
			assertThat(use(instance, "alice", "reverse").number("Retry-After")).isOne();
			microTime.addAndGet(1_000_000);
			for (int i = 0; i < 60; i++) {
				assertThat(use(instance, "alice", "reverse").status()).isEqualTo(200);
			}
			assertThat(use(instance, "alice", "reverse").number("Retry-After")).isEqualTo(59);
			assertThat(use(instance, "alice", "reverse").number("RateLimit-Reset")).isEqualTo(60);
		}
	}

	@Test
	void keysCanBeSeenAndLeaveByThemselvesAfterTheWindow() {
		use(first, "alice", "reverse");
		use(second, "alice", "count");
		use(second, "bob", "reverse");
		assertThat(redis.keys()).containsExactlyInAnyOrder("tools:{alice:reverse}~sliding",
				"tools:{alice:count}~sliding", "tools:{bob:reverse}~sliding");
		assertThat(redis.keys()).allSatisfy(
				(key) -> assertThat(redis.timeToLive(key)).isBetween(Duration.ofMillis(1), Duration.ofSeconds(60)));
	}

	@Test
	void toolThatDoesNotExistGetsNoCount() {
		assertThat(use(first, "alice", "made-up").status()).isEqualTo(404);
		assertThat(first.client().post("/tools/reverse", TEXT).status()).isEqualTo(401);
		assertThat(redis.keys()).isEmpty();
	}

	/**
	 * An exact window takes more with each call, up to 8 bytes for each that its quota
	 * has.
	 */
	@Test
	void countTakesFewBytesAndNoMoreThanItsQuota() {
		use(first, "alice", "reverse");
		assertThat(redis.memoryUsage("tools:{alice:reverse}~sliding")).isLessThanOrEqualTo(200);
		Exhaustion.of(() -> use(first, "alice", "reverse"));
		assertThat(redis.memoryUsage("tools:{alice:reverse}~sliding")).isLessThanOrEqualTo(200 + 100 * 8 + 200);
	}

	@Test
	void hundredThousandCountsTakeAboutTenMegabytesAsTokenBuckets() {
		try (SampleInstance instance = SampleInstance.start("REDIS_URL=" + process.uri(),
				"ratelimit.tiers.tools.algorithm=token-bucket")) {
			for (int i = 0; i < 100; i++) {
				use(instance, "alice", "reverse");
			}
			assertThat(redis.memoryUsage("tools:{alice:reverse}") * 100_000).isLessThanOrEqualTo(12_000_000);
		}
	}

	@Test
	void callsGoOnInMemoryWhileRedisIsDownAndItIsTakenUpAgain(CapturedOutput output) {
		try (RedisProcess restarted = RedisServers.dedicated();
				SampleInstance instance = SampleInstance.start("REDIS_URL=" + restarted.uri(), OFTEN);
				SampleInstance other = SampleInstance.start("REDIS_URL=" + restarted.uri(), OFTEN)) {
			Exhaustion.of(() -> use(instance, "alice", "reverse")).assertAdmittedInWindows(100, WINDOW);
			restarted.stop();
			RedisView.awaitRefusalsForgotten();
			Exhaustion.of(() -> use(instance, "alice", "reverse")).assertAdmittedInWindows(50, WINDOW);
			Exhaustion.of(() -> use(other, "alice", "reverse")).assertAdmittedInWindows(50, WINDOW);
			assertThat(output.getAll().split("The circuit breaker is open", -1)).hasSize(1 + 2);
			restarted.start();
			try (RedisView view = new RedisView(restarted.uri(), APPLICATION)) {
				await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
					use(instance, "bob", "reverse");
					assertThat(view.keys()).contains("tools:{bob:reverse}~sliding");
				});
			}
			assertThat(output).contains("The circuit breaker is closed");
		}
	}

	@Test
	void redisIsTakenUpWhenItComesAfterTheApplication(CapturedOutput output) {
		try (RedisProcess late = RedisServers.dedicated()) {
			late.stop();
			try (SampleInstance instance = SampleInstance.start("REDIS_URL=" + late.uri())) {
				assertThat(use(instance, "alice", "reverse").number("RateLimit-Remaining")).isEqualTo(99);
				assertThat(output.getAll().split("The circuit breaker is open", -1)).hasSize(1 + 1);
				late.start();
				try (RedisView view = new RedisView(late.uri(), APPLICATION)) {
					await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
						use(instance, "alice", "reverse");
						assertThat(view.keys()).contains("tools:{alice:reverse}~sliding");
					});
				}
			}
		}
	}

	@Test
	void memorystoreVariablesDoAsWellAsAnAddress(CapturedOutput output) {
		try (RedisProcess secured = RedisServers.dedicated("--requirepass", "open-sesame");
				SampleInstance instance = SampleInstance.start("MEMORYSTORE_ENABLED=true", "MEMORYSTORE_HOST=127.0.0.1",
						"MEMORYSTORE_PORT=" + secured.port(), "MEMORYSTORE_PASSWORD=open-sesame");
				RedisView view = new RedisView("redis://:open-sesame@127.0.0.1:" + secured.port(), APPLICATION)) {
			use(instance, "alice", "reverse");
			assertThat(view.keys()).containsExactly("tools:{alice:reverse}~sliding");
			assertThat(output).contains("Redis at 127.0.0.1:" + secured.port() + " (named by MEMORYSTORE_HOST)")
				.doesNotContain("open-sesame");
		}
	}

	@Test
	void startSaysWhichRedisIsUsedAndNeverThePassword(CapturedOutput output) {
		try (RedisProcess secured = RedisServers.dedicated("--requirepass", "open-sesame");
				SampleInstance instance = SampleInstance
					.start("REDIS_URL=redis://:open-sesame@127.0.0.1:" + secured.port())) {
			assertThat(use(instance, "alice", "reverse").status()).isEqualTo(200);
			secured.stop();
			assertThat(use(instance, "alice", "reverse").status()).isEqualTo(200);
			assertThat(instance.client().as("ops").get("/actuator/ratelimiter").body())
				.contains("127.0.0.1:" + secured.port())
				.doesNotContain("open-sesame");
			assertThat(output).contains("Redis at 127.0.0.1:" + secured.port() + " (named by REDIS_URL)")
				.doesNotContain("open-sesame");
		}
	}

	private static SampleAnswer use(SampleInstance instance, String user, String tool) {
		return instance.client().as(user).post("/tools/" + tool, TEXT);
	}

}
