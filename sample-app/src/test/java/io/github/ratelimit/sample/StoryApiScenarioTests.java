package io.github.ratelimit.sample;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The story API over HTTP, with its counts in Redis. What each tier gives to the unit is
 * in {@link StoryLimitsTests}, by a clock that stands still.
 */
class StoryApiScenarioTests {

	private static final String APPLICATION = "story-" + UUID.randomUUID();

	private static SampleInstance instance;

	private static RedisView redis;

	private static SampleClient client;

	@BeforeAll
	static void startInstance() {
		String uri = RedisServers.shared().uri();
		redis = new RedisView(uri, APPLICATION);
		instance = SampleInstance.start("REDIS_URL=" + uri, "ratelimit.application=" + APPLICATION);
		client = instance.client();
	}

	@AfterAll
	static void closeInstance() {
		instance.close();
		redis.forgetAll();
		redis.close();
	}

	@BeforeEach
	void forgetCounts() {
		redis.forgetAll();
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '"', value = { //
			"POST, /start-story, alice, 5, 2/s, 2 requests/second", //
			"POST, /continue-story, alice, 5, 2/s, 2 requests/second", //
			"POST, /end-story, alice, 5, 2/s, 2 requests/second", //
			"GET, /suggestions, alice, 5, 2/s, 2 requests/second", //
			"POST, /start-story, \"\", 2, 0.5/s, 1 request/2 seconds", //
			"GET, /suggestions, \"\", 2, 0.5/s, 1 request/2 seconds", //
			"POST, /start-story, paula, 20, 10/s, 10 requests/second", //
			"GET, /stories, alice, 20, 10/s, 10 requests/second", //
			"GET, /stories/1, alice, 20, 10/s, 10 requests/second", //
			"DELETE, /stories/1, alice, 20, 10/s, 10 requests/second", //
			"GET, /me, alice, 20, 10/s, 10 requests/second", //
			"GET, /stories, \"\", 10, 5/s, 5 requests/second", //
			"POST, /signup, \"\", 3, 0.5/s, 1 request/2 seconds", //
			"POST, /login, \"\", 3, 0.5/s, 1 request/2 seconds", //
			"POST, /login, alice, 3, 0.5/s, 1 request/2 seconds" })
	void burstIsAdmittedAndTheNextCallRefused(String method, String path, String user, long burst, String rate,
			String words) {
		Exhaustion exhaustion = Exhaustion.of(() -> StoryCalls.call(client.as(user), method, path));
		exhaustion.assertAdmitted(burst, rate);
		SampleAnswer first = exhaustion.admitted().get(0);
		assertThat(first.number("RateLimit-Limit")).isEqualTo(burst);
		assertThat(first.number("RateLimit-Remaining")).isEqualTo(burst - 1);
		assertThat(first.number("RateLimit-Reset")).isPositive();
		assertThat(first.hasHeader("Retry-After")).isFalse();
		SampleAnswer refusal = exhaustion.refusal();
		assertThat(refusal.number("RateLimit-Limit")).isEqualTo(burst);
		assertThat(refusal.number("RateLimit-Remaining")).isZero();
		assertThat(refusal.number("RateLimit-Reset")).isPositive();
		assertThat(refusal.json().path("limit").longValue()).isEqualTo(burst);
		assertThat(refusal.json().path("rate").stringValue()).isEqualTo(words);
	}

	@Test
	void refusalIsAProblemDocumentWithTheMembersOfTheStoryApi() {
		SampleAnswer refusal = Exhaustion.of(() -> client.get("/suggestions")).refusal();
		assertThat(refusal.status()).isEqualTo(429);
		assertThat(refusal.header("Content-Type")).isEqualTo("application/problem+json");
		long retryAfter = refusal.number("Retry-After");
		assertThat(retryAfter).isBetween(1L, 2L);
		JsonNode body = refusal.json();
		assertThat(body.propertyNames()).containsExactlyInAnyOrder("type", "title", "status", "detail",
				"violated-policies", "error", "message", "retry_after", "limit", "rate");
		assertThat(body.path("type").stringValue())
			.isEqualTo("https://iana.org/assignments/http-problem-types#quota-exceeded");
		assertThat(body.path("status").intValue()).isEqualTo(429);
		assertThat(body.path("error").stringValue()).isEqualTo("Rate limit exceeded");
		assertThat(body.path("message").stringValue()).isEqualTo("Too many requests. Please try again in " + retryAfter
				+ ((retryAfter == 1) ? " second." : " seconds."));
		assertThat(body.path("detail")).isEqualTo(body.path("message"));
		assertThat(body.path("retry_after").longValue()).isEqualTo(retryAfter);
		assertThat(body.path("violated-policies").get(0).stringValue()).isEqualTo("ai");
	}

	@Test
	void callerWhoWaitsAsLongAsToldIsAdmitted() {
		SampleAnswer refusal = Exhaustion.of(() -> client.get("/suggestions")).refusal();
		Duration told = Duration.ofSeconds(refusal.number("Retry-After"));
		await().pollDelay(told).atMost(told.plusSeconds(20)).until(() -> true);
		assertThat(client.get("/suggestions").status()).isEqualTo(200);
	}

	@Test
	void limitsDifferByProfileAndByProperty() {
		try (SampleInstance dev = SampleInstance.start("spring.profiles.active=dev",
				"ratelimit.tiers.ai.plans.anonymous.rate=1/m", "ratelimit.tiers.ai.plans.anonymous.burst=7",
				"ratelimit.tiers.auth.rate=10/m")) {
			assertThat(dev.client().as("alice").get("/suggestions").number("RateLimit-Limit")).isEqualTo(100);
			assertThat(dev.client().as("paula").get("/suggestions").number("RateLimit-Limit")).isEqualTo(20);
			assertThat(dev.client().get("/suggestions").number("RateLimit-Limit")).isEqualTo(7);
			assertThat(StoryCalls.call(dev.client(), "POST", "/login").number("RateLimit-Limit")).isEqualTo(10);
		}
	}

	@Test
	void callsPassUncheckedWhileRedisIsDownIfTheyAreToFailOpen() {
		try (RedisProcess stopped = RedisServers.dedicated();
				SampleInstance open = SampleInstance.start("REDIS_URL=" + stopped.uri(),
						"ratelimit.failure-mode=open")) {
			assertThat(open.client().get("/suggestions").number("RateLimit-Remaining")).isOne();
			stopped.stop();
			List<SampleAnswer> answers = List.of(open.client().get("/suggestions"), open.client().get("/suggestions"),
					open.client().get("/suggestions"), open.client().get("/suggestions"));
			assertThat(answers).allSatisfy((answer) -> {
				assertThat(answer.status()).isEqualTo(200);
				assertThat(answer.hasHeader("RateLimit-Limit")).isFalse();
			});
		}
	}

	@Test
	void callsAreTurnedAwayWhileRedisIsDownIfTheyAreToFailClosed() {
		try (RedisProcess stopped = RedisServers.dedicated();
				SampleInstance closed = SampleInstance.start("REDIS_URL=" + stopped.uri(),
						"ratelimit.failure-mode=closed")) {
			assertThat(closed.client().get("/suggestions").status()).isEqualTo(200);
			stopped.stop();
			assertUnavailable(closed.client().get("/suggestions"));
			assertUnavailable(StoryCalls.call(closed.client(), "POST", "/login"));
			assertThat(closed.client().get("/actuator/health").status()).isEqualTo(200);
			stopped.start();
			await().atMost(Duration.ofSeconds(30))
				.untilAsserted(() -> assertThat(closed.client().get("/me").hasHeader("RateLimit-Limit")).isTrue());
		}
	}

	private static void assertUnavailable(SampleAnswer answer) {
		assertThat(answer.status()).isEqualTo(503);
		assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
		assertThat(answer.number("Retry-After")).isPositive();
		assertThat(answer.json().path("status").intValue()).isEqualTo(503);
	}

}
