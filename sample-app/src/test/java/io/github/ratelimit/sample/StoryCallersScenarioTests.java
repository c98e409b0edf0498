package io.github.ratelimit.sample;

import java.time.Duration;
import java.util.UUID;

import io.github.ratelimit.testsupport.RedisServers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whose count a call to the story API is, and what an operator can do about it. Units
 * come back so slowly here that none does during a test.
 */
class StoryCallersScenarioTests {

	private static final String APPLICATION = "callers-" + UUID.randomUUID();

	private static final String SLOW = "1/h";

	private static SampleInstance instance;

	private static RedisView redis;

	private static SampleClient client;

	@BeforeAll
	static void startInstance() {
		String uri = RedisServers.shared().uri();
		redis = new RedisView(uri, APPLICATION);
		instance = SampleInstance.start("REDIS_URL=" + uri, "ratelimit.application=" + APPLICATION,
				"ratelimit.tiers.ai.plans.authenticated.rate=" + SLOW, "ratelimit.tiers.ai.plans.authenticated.burst=5",
				"ratelimit.tiers.ai.plans.anonymous.rate=" + SLOW, "ratelimit.tiers.ai.plans.anonymous.burst=2",
				"ratelimit.tiers.ai.plans.premium_user.rate=" + SLOW, "ratelimit.tiers.ai.plans.premium_user.burst=20",
				"ratelimit.tiers.api.plans.authenticated.rate=" + SLOW,
				"ratelimit.tiers.api.plans.authenticated.burst=20", "ratelimit.tiers.api.plans.anonymous.rate=" + SLOW,
				"ratelimit.tiers.api.plans.anonymous.burst=10", "ratelimit.tiers.auth.rate=" + SLOW,
				"ratelimit.tiers.auth.burst=3");
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

	@Test
	void usersAreCountedByNameAndOthersByAddress() {
		client.as("alice").get("/suggestions");
		client.as("alice").get("/me");
		client.get("/suggestions");
		client.get("/stories");
		StoryCalls.call(client, "POST", "/login");
		assertThat(redis.keys()).containsExactlyInAnyOrder("ai:{user:alice}", "api:{user:alice}", "ai:{ip:127.0.0.1}",
				"api:{ip:127.0.0.1}", "auth:{ip:127.0.0.1}");
		assertThat(redis.keys()).allSatisfy(
				(key) -> assertThat(redis.timeToLive(key)).isBetween(Duration.ofMillis(1), Duration.ofHours(1)));
	}

	@Test
	void callersDoNotTakeFromEachOther() {
		Exhaustion.of(() -> client.as("alice").get("/suggestions")).assertAdmitted(5, SLOW);
		assertThat(client.as("bob").get("/suggestions").number("RateLimit-Remaining")).isEqualTo(4);
		assertThat(client.get("/suggestions").number("RateLimit-Remaining")).isOne();
		assertThat(client.as("alice").get("/stories").number("RateLimit-Remaining")).isEqualTo(19);
	}

	@Test
	void forwardedAddressIsNotBelieved() {
		client.get("/suggestions");
		client.with("X-Forwarded-For", "203.0.113.7").get("/suggestions");
		client.with("Forwarded", "for=203.0.113.8").get("/suggestions");
		assertThat(redis.keys()).containsExactly("ai:{ip:127.0.0.1}");
	}

	@Test
	void rejectedCredentialsAreChargedToTheAddress() {
		SampleAnswer answer = client.as("alice", "not-the-one").get("/me");
		assertThat(answer.status()).isEqualTo(401);
		assertThat(answer.number("RateLimit-Limit")).isEqualTo(10);
		assertThat(redis.keys()).containsExactly("api:{ip:127.0.0.1}");
	}

	@Test
	void operatorSeesOneUsersStateWithoutChargingIt() {
		client.as("paula").get("/suggestions");
		SampleClient ops = client.as("ops");
		for (int i = 0; i < 3; i++) {
			JsonNode state = ops.get("/actuator/ratelimiter/ai/user:paula").json();
			assertThat(state.path("key").stringValue()).isEqualTo("user:paula");
			JsonNode premium = plan(state, "premium_user");
			assertThat(premium.path("limit").path("burst").longValue()).isEqualTo(20);
			assertThat(premium.path("remaining").longValue()).isEqualTo(19);
			assertThat(premium.path("source").stringValue()).isEqualTo("redis");
		}
		assertThat(redis.keys()).containsExactly("ai:{user:paula}");
	}

	@Test
	void operatorClearsOneUsersState() {
		Exhaustion.of(() -> client.as("alice").get("/suggestions")).assertAdmitted(5, SLOW);
		Exhaustion.of(() -> client.get("/suggestions")).assertAdmitted(2, SLOW);
		assertThat(client.as("ops").delete("/actuator/ratelimiter/ai/user:alice").status()).isEqualTo(204);
		assertThat(redis.keys()).doesNotContain("ai:{user:alice}").contains("ai:{ip:127.0.0.1}");
		assertThat(client.as("alice").get("/suggestions").number("RateLimit-Remaining")).isEqualTo(4);
	}

	private static JsonNode plan(JsonNode state, String plan) {
		return state.path("counts")
			.valueStream()
			.filter((count) -> count.path("plan").stringValue().equals(plan))
			.findFirst()
			.orElseThrow(() -> new AssertionError("No plan " + plan + " in " + state));
	}

}
