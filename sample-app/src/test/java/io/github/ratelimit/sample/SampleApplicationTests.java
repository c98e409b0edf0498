package io.github.ratelimit.sample;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SampleApplication} as it comes, without Redis. Its limits are raised
 * where a test makes more calls than they give.
 */
@ExtendWith(OutputCaptureExtension.class)
class SampleApplicationTests {

	private static SampleInstance instance;

	private static SampleClient client;

	@BeforeAll
	static void startInstance() {
		instance = SampleInstance.start("ratelimit.tiers.auth.rate=1000/s",
				"ratelimit.tiers.ai.plans.authenticated.rate=1000/s");
		client = instance.client();
	}

	@AfterAll
	static void closeInstance() {
		instance.close();
	}

	@Test
	void startSaysThatCountsAreInMemory(CapturedOutput output) {
		try (SampleInstance another = SampleInstance.start()) {
			assertThat(another.client().get("/suggestions").number("RateLimit-Limit")).isEqualTo(2);
			assertThat(output).contains("Rate limits are counted in the memory of this instance");
		}
	}

	@Test
	void storyIsStartedContinuedEndedReadAndThrownAway() {
		SampleClient alice = client.as("alice");
		SampleAnswer started = alice.post("/start-story", "{\"theme\":\"dragons\"}");
		assertThat(started.status()).isEqualTo(201);
		long id = started.json().path("id").longValue();
		String reference = "{\"id\":" + id + "}";
		assertThat(alice.post("/continue-story", reference).json().path("chapters").size()).isEqualTo(2);
		JsonNode ended = alice.post("/end-story", reference).json();
		assertThat(ended.path("ended").booleanValue()).isTrue();
		assertThat(alice.post("/continue-story", reference).status()).isEqualTo(409);
		assertThat(alice.get("/stories/" + id).json()).isEqualTo(ended);
		assertThat(alice.get("/stories").json().valueStream()).containsOnlyOnce(ended);
		assertThat(client.as("bob").get("/stories/" + id).status()).isEqualTo(404);
		assertThat(client.get("/stories").json().isEmpty()).isTrue();
		assertThat(client.as("bob").delete("/stories/" + id).status()).isEqualTo(404);
		assertThat(alice.delete("/stories/" + id).status()).isEqualTo(204);
		assertThat(alice.get("/stories/" + id).status()).isEqualTo(404);
	}

	@Test
	void storiesAreTheSameForTheSameThemeAndOldOnesMakeRoom() {
		SampleClient bob = client.as("bob");
		JsonNode oldest = bob.post("/start-story", "{\"theme\":\"a lost key\"}").json();
		JsonNode latest = oldest;
		for (int i = 0; i < 20; i++) {
			latest = bob.post("/start-story", "{\"theme\":\"a lost key\"}").json();
			assertThat(latest.path("chapters")).isEqualTo(oldest.path("chapters"));
		}
		assertThat(bob.get("/stories").json().size()).isEqualTo(20);
		assertThat(bob.get("/stories/" + oldest.path("id")).status()).isEqualTo(404);
		assertThat(bob.get("/stories/" + latest.path("id")).status()).isEqualTo(200);
	}

	@Test
	void newUserCanLogInAndCall() {
		String carol = "{\"name\":\"carol\",\"password\":\"carol-pass\"}";
		assertThat(client.post("/login", carol).status()).isEqualTo(401);
		assertThat(client.post("/signup", carol).status()).isEqualTo(201);
		assertThat(client.post("/signup", carol).status()).isEqualTo(409);
		assertThat(client.post("/login", carol).json().path("name").stringValue()).isEqualTo("carol");
		assertThat(client.post("/login", carol.replace("-pass", "-word")).status()).isEqualTo(401);
		assertThat(client.as("carol").get("/me").json().path("name").stringValue()).isEqualTo("carol");
		assertThat(client.as("carol").get("/me").status()).isEqualTo(200);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { //
			"/signup|{\"name\":\"x\",\"password\":\"long-enough\"}|400", //
			"/signup|{\"name\":\"Dave:\",\"password\":\"long-enough\"}|400", //
			"/signup|{\"name\":\"dave\",\"password\":\"short\"}|400", //
			"/signup|{}|400", //
			"/login|{}|401", //
			"/start-story|{}|400", //
			"/start-story|{\"theme\":\" \"}|400", //
			"/start-story|not json|400", //
			"/continue-story|{\"id\":-1}|404", //
			"/chat|{}|400", //
			"/no-such-path|{}|404" })
	void callThatMakesNoSenseIsAnsweredWithAProblem(String path, String body, int status) {
		SampleAnswer answer = client.as("alice").post(path, body);
		assertThat(answer.status()).isEqualTo(status);
		assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
		assertThat(answer.json().path("status").intValue()).isEqualTo(status);
	}

	@Test
	void onlyOperatorsSeeCallersAndChangeTheirCounts() {
		assertThat(client.get("/actuator/ratelimiter").status()).isEqualTo(200);
		assertThat(client.get("/actuator/health").status()).isEqualTo(200);
		assertThat(client.get("/actuator/ratelimiter/ai/user:alice").status()).isEqualTo(401);
		assertThat(client.post("/actuator/ratelimiter", "").status()).isEqualTo(401);
		assertThat(client.as("alice").get("/actuator/ratelimiter/ai/user:alice").status()).isEqualTo(403);
		assertThat(client.as("alice").delete("/actuator/ratelimiter/ai/user:alice").status()).isEqualTo(403);
		assertThat(client.as("alice").post("/actuator/ratelimiter", "").status()).isEqualTo(403);
		assertThat(client.as("ops").get("/actuator/ratelimiter/ai/user:alice").status()).isEqualTo(200);
		assertThat(client.as("ops").post("/actuator/ratelimiter", "").status()).isEqualTo(200);
		assertThat(client.as("ops").delete("/actuator/ratelimiter/ai/user:alice").status()).isEqualTo(204);
	}

	@Test
	void metersAreOnThePrometheusPage() {
		client.as("alice").get("/suggestions");
		assertThat(client.get("/actuator/prometheus").body()).contains("ratelimiter_allowed_total{")
			.contains("tier=\"ai\"")
			.doesNotContain("alice");
	}

	@Test
	void floodOfRefusalsIsOneWarning(CapturedOutput output) {
		try (SampleInstance another = SampleInstance.start("ratelimit.tiers.ai.plans.anonymous.rate=2/h")) {
			Exhaustion.of(() -> another.client().get("/suggestions")).assertAdmitted(2, "2/h");
			for (int i = 0; i < 20; i++) {
				assertThat(another.client().get("/suggestions").status()).isEqualTo(429);
			}
			assertThat(output.getAll().lines().filter((line) -> line.contains("Rate limit 'ai'"))).singleElement()
				.asString()
				.contains("(plan anonymous) refused ip:127.0.0.1: cost 1, 0 of 2 left");
		}
	}

	@Test
	void shadowTierCountsRefusalsAndRefusesNobody() {
		try (SampleInstance shadow = SampleInstance.start("ratelimit.tiers.ai.enforcement=shadow",
				"ratelimit.tiers.ai.plans.anonymous.rate=2/h")) {
			for (int i = 0; i < 4; i++) {
				assertThat(shadow.client().get("/suggestions").status()).isEqualTo(200);
			}
			JsonNode anonymous = shadow.client()
				.get("/actuator/ratelimiter")
				.json()
				.at("/tiers/ai/plans/anonymous/statistics");
			assertThat(anonymous.path("shadowRefused").longValue()).isEqualTo(2);
			assertThat(anonymous.path("refused").longValue()).isZero();
		}
	}

}
