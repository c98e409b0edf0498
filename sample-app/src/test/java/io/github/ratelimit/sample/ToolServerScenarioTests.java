package io.github.ratelimit.sample;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

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

	private static final String APPLICATION = "sample";

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
		exhaustion.assertAdmitted(100, "100/60s");
		SampleAnswer refusal = exhaustion.refusal();
		assertThat(refusal.number("Retry-After")).isOne();
		assertThat(refusal.json().path("rate").stringValue()).isEqualTo("100 requests/minute");
		assertThat(exhaustion.admitted()).allSatisfy((answer) -> assertThat(answer.body()).contains("cba"));
		assertThat(use(first, "alice", "shout").number("RateLimit-Remaining")).isEqualTo(99);
		assertThat(use(second, "bob", "reverse").number("RateLimit-Remaining")).isEqualTo(99);
	}

	@Test
	void keysCanBeSeenAndLeaveByThemselvesAfterTheWindow() {
		useOften(first, "alice", "reverse");
		useOften(second, "alice", "count");
		useOften(second, "bob", "reverse");
		assertThat(redis.keys()).containsExactlyInAnyOrder("tools:{alice:reverse}", "tools:{alice:count}",
				"tools:{bob:reverse}");
		assertThat(redis.keys()).allSatisfy(
				(key) -> assertThat(redis.timeToLive(key)).isBetween(Duration.ofMillis(1), Duration.ofSeconds(60)));
	}

	@Test
	void toolThatDoesNotExistGetsNoCount() {
		assertThat(use(first, "alice", "made-up").status()).isEqualTo(404);
		assertThat(first.client().post("/tools/reverse", TEXT).status()).isEqualTo(401);
		assertThat(redis.keys()).isEmpty();
	}

	@Test
	void hundredThousandCountsTakeAboutTenMegabytes() {
		useOften(first, "alice", "reverse");
		assertThat(redis.memoryUsage("tools:{alice:reverse}") * 100_000).isLessThanOrEqualTo(12_000_000);
	}

	@Test
	void callsGoOnInMemoryWhileRedisIsDownAndItIsTakenUpAgain(CapturedOutput output) {
		try (RedisProcess restarted = RedisServers.dedicated();
				SampleInstance instance = SampleInstance.start("REDIS_URL=" + restarted.uri());
				SampleInstance other = SampleInstance.start("REDIS_URL=" + restarted.uri())) {
			Exhaustion.of(() -> use(instance, "alice", "reverse")).assertAdmitted(100, "100/60s");
			restarted.stop();
			Exhaustion.of(() -> use(instance, "alice", "reverse")).assertAdmitted(100, "100/60s");
			Exhaustion.of(() -> use(other, "alice", "reverse")).assertAdmitted(100, "100/60s");
			assertThat(output.getAll().split("The shared store cannot decide", -1)).hasSize(1 + 2);
			restarted.start();
			try (RedisView view = new RedisView(restarted.uri(), APPLICATION)) {
				await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
					use(instance, "bob", "reverse");
					assertThat(view.keys()).contains("tools:{bob:reverse}");
				});
			}
			assertThat(output).contains("The shared store answers again");
		}
	}

	@Test
	void redisIsTakenUpWhenItComesAfterTheApplication(CapturedOutput output) {
		try (RedisProcess late = RedisServers.dedicated()) {
			late.stop();
			try (SampleInstance instance = SampleInstance.start("REDIS_URL=" + late.uri())) {
				assertThat(use(instance, "alice", "reverse").number("RateLimit-Remaining")).isEqualTo(99);
				assertThat(output.getAll().split("The shared store cannot decide", -1)).hasSize(1 + 1);
				late.start();
				try (RedisView view = new RedisView(late.uri(), APPLICATION)) {
					await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
						use(instance, "alice", "reverse");
						assertThat(view.keys()).contains("tools:{alice:reverse}");
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
			useOften(instance, "alice", "reverse");
			assertThat(view.keys()).containsExactly("tools:{alice:reverse}");
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

	/**
	 * Use a tool so often that it takes seconds for the units to come back, and the count
	 * stays that long.
	 */
	private static void useOften(SampleInstance instance, String user, String tool) {
		for (int i = 0; i < 20; i++) {
			assertThat(use(instance, user, tool).status()).isEqualTo(200);
		}
	}

	private static SampleAnswer use(SampleInstance instance, String user, String tool) {
		return instance.client().as(user).post("/tools/" + tool, TEXT);
	}

}
