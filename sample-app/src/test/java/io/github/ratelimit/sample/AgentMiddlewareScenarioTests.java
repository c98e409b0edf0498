package io.github.ratelimit.sample;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import io.github.ratelimit.testsupport.RedisProbe;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The agents over HTTP, limited in code and by several tiers at once.
 */
class AgentMiddlewareScenarioTests {

	private static final String APPLICATION = "sample";

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private static final String API_KEY = "key-of-the-calling-system";

	private static RedisProcess process;

	private static RedisView redis;

	private static SampleInstance first;

	private static SampleInstance second;

	@BeforeAll
	static void startInstances() {
		process = RedisServers.dedicated();
		redis = new RedisView(process.uri(), APPLICATION);
		first = start();
		second = start();
	}

	/**
	 * Start an instance that shows itself once, so that all other calls of Redis are of
	 * requests.
	 */
	private static SampleInstance start() {
		return SampleInstance.start("REDIS_URL=" + process.uri(), "ratelimit.response.headers=x-ratelimit",
				"ratelimit.redis.heartbeat-interval=10m");
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
	void tokenMayAuthenticateSixtyTimesAMinuteOnAllInstancesTogether() {
		authenticate(second, "secret-1");
		Exhaustion exhaustion = Exhaustion.of(() -> authenticate(first, "secret-1"));
		exhaustion.assertAdmittedInWindows(59, MINUTE);
		assertRefusedWithXRateLimit(exhaustion.refusal(), 60);
		assertThat(authenticate(second, "secret-1").status()).isEqualTo(429);
		assertThat(authenticate(second, "secret-2").status()).isEqualTo(204);
		assertThat(redis.keys()).hasSize(2)
			.allSatisfy((key) -> assertThat(key).matches("agent-auth:\\{token:[0-9a-f]{32}}:default~sliding"));
	}

	@Test
	void agentMayTakeARoleTenTimesAMinute() {
		Exhaustion exhaustion = Exhaustion.of(() -> takeRole(first, "scout"));
		exhaustion.assertAdmittedInWindows(10, MINUTE);
		assertThat(exhaustion.admitted().get(0).json().path("left").longValue()).isEqualTo(9);
		assertRefusedWithXRateLimit(exhaustion.refusal(), 10);
		assertThat(takeRole(second, "scout").status()).isEqualTo(429);
		assertThat(takeRole(second, "guide").json().path("left").longValue()).isEqualTo(9);
	}

	@Test
	void operatorLetsAnAgentTakeRolesAgain() {
		Exhaustion.of(() -> takeRole(first, "scout"));
		assertThat(first.client().delete("/agents/scout/roles").status()).isEqualTo(401);
		assertThat(second.client().as("ops").delete("/agents/scout/roles").status()).isEqualTo(204);
		// The one that refused hears of it by a message, and asks again after a second if
		// not
		SampleAnswer taken = await().until(() -> takeRole(first, "scout"), (answer) -> answer.status() == 200);
		assertThat(taken.json().path("left").longValue()).isEqualTo(9);
	}

	@Test
	void limiterIsBuiltOfNumberWindowAndBackendInOneExpression() {
		for (RateLimitStore backend : List.of(InMemoryRateLimitStore.create(), new TableStore())) {
			RateLimiter limiter = RateLimiter.of("auth", backend,
					Limit.of(3, Duration.ofMinutes(1)).withAlgorithm(Algorithm.SLIDING_WINDOW));
			assertThat(limiter.tryAcquire("token:1", 2).allowed()).isTrue();
			assertThat(limiter.checkOrThrow("token:1").remaining()).isZero();
			assertThat(limiter.tryAcquire("token:1").allowed()).isFalse();
			assertThatExceptionOfType(RateLimitExceededException.class)
				.isThrownBy(() -> limiter.checkOrThrow("token:1"))
				.satisfies((ex) -> assertThat(ex.getDecision().retryAfter()).isPositive());
			assertThat(limiter.tryAcquire("token:2").allowed()).isTrue();
			limiter.reset("token:1");
			assertThat(limiter.peek("token:1").remaining()).isEqualTo(3);
		}
	}

	@Test
	void sameLimitsHoldInMemoryWithoutRedis() {
		try (SampleInstance memory = SampleInstance.start("ratelimit.response.headers=x-ratelimit")) {
			Exhaustion tokens = Exhaustion.of(() -> authenticate(memory, "secret-1"));
			tokens.assertAdmittedInWindows(60, MINUTE);
			assertRefusedWithXRateLimit(tokens.refusal(), 60);
			Exhaustion.of(() -> takeRole(memory, "scout")).assertAdmittedInWindows(10, MINUTE);
			Exhaustion search = Exhaustion.of(() -> ask(memory, "alice", "search"));
			search.assertAdmittedInWindows(100, MINUTE);
			assertRefusedWithXRateLimit(search.refusal(), 100);
		}
	}

	@Test
	void sameLimitsHoldInABackendOfTheUsersOwn() {
		TableStore table = new TableStore();
		try (SampleInstance custom = SampleInstance.startWith(table, "ratelimit.response.headers=x-ratelimit")) {
			Exhaustion tokens = Exhaustion.of(() -> authenticate(custom, "secret-1"));
			tokens.assertAdmittedInWindows(60, MINUTE);
			assertRefusedWithXRateLimit(tokens.refusal(), 60);
			Exhaustion.of(() -> ask(custom, "alice", "answer")).assertAdmittedInWindows(100, MINUTE);
			assertThat(table.counters()).extracting((id) -> id.name())
				.containsExactlyInAnyOrder("agent-auth", "user", "ip", "api-key");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "search", "answer" })
	void mostRestrictiveOfUserAddressAndApiKeyWins(String path) {
		SampleAnswer allowed = ask(first, "alice", path);
		assertThat(allowed.status()).isEqualTo(200);
		Exhaustion exhaustion = Exhaustion.of(() -> ask(second, "alice", path));
		exhaustion.assertAdmittedInWindows(99, MINUTE);
		assertRefusedWithXRateLimit(exhaustion.refusal(), 100);
		assertThat(ask(first, "bob", path).status()).isEqualTo(429);
		assertThat(remaining("user", "user:alice")).isEqualTo(900);
		assertThat(remaining("user", "user:bob")).isEqualTo(1000);
		assertThat(redis.keys()).hasSize(3).noneMatch((key) -> key.contains(API_KEY));
	}

	@ParameterizedTest
	@CsvSource({ "search, user, 3/h", "search, api-key, 3/d", "answer, user, 3/h", "answer, api-key, 3/d" })
	void eachOfTheThreeCanBeTheOneThatRefuses(String path, String tier, String rate) {
		try (SampleInstance instance = SampleInstance.start("ratelimit.response.headers=x-ratelimit",
				"ratelimit.tiers." + tier + ".rate=" + rate)) {
			Exhaustion exhaustion = Exhaustion.of(() -> ask(instance, "alice", path));
			assertThat(exhaustion.admitted()).hasSize(3);
			assertRefusedWithXRateLimit(exhaustion.refusal(), 3);
			assertThat(ask(instance, "bob", path).status()).isEqualTo((tier.equals("user")) ? 200 : 429);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "search", "answer" })
	void threeLimitsAreOneCallOfRedis(String path) {
		ask(first, "alice", path);
		try (RedisProbe probe = RedisProbe.of(process.uri())) {
			probe.clearCommandCalls();
			assertThat(ask(first, "alice", path).status()).isEqualTo(200);
			assertThat(probe.commandCalls()).containsEntry("evalsha", 1L);
			Exhaustion.of(() -> ask(first, "alice", path));
			RedisView.awaitRefusalsForgotten();
			probe.clearCommandCalls();
			assertThat(ask(first, "alice", path).status()).isEqualTo(429);
			assertThat(probe.commandCalls()).containsEntry("evalsha", 1L).doesNotContainKeys("set", "setrange");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "search", "answer" })
	void annotationsAndCodeShareTheirCounts(String path) {
		for (String each : List.of("search", "answer", path)) {
			assertThat(ask(first, "alice", each).status()).isEqualTo(200);
		}
		assertThat(remaining("user", "user:alice")).isEqualTo(997);
		assertThat(remaining("ip", "ip:127.0.0.1")).isEqualTo(97);
	}

	@Test
	void callWithoutApiKeyIsNotCharged() {
		SampleAnswer answer = first.client().as("alice").get("/agents/search");
		assertThat(answer.status()).isEqualTo(400);
		assertThat(redis.keys()).isEmpty();
	}

	private static SampleAnswer authenticate(SampleInstance instance, String token) {
		return instance.client().post("/agents/authenticate", "{\"token\":\"" + token + "\"}");
	}

	private static SampleAnswer takeRole(SampleInstance instance, String agent) {
		return instance.client().post("/agents/" + agent + "/roles", "");
	}

	private static SampleAnswer ask(SampleInstance instance, String user, String path) {
		return instance.client().as(user).with("X-API-Key", API_KEY).get("/agents/" + path);
	}

	private static long remaining(String tier, String key) {
		JsonNode counts = first.client().as("ops").get("/actuator/ratelimiter/" + tier + "/" + key).json();
		return counts.path("counts").path(0).path("remaining").longValue();
	}

	private static void assertRefusedWithXRateLimit(SampleAnswer refusal, long limit) {
		assertThat(refusal.status()).isEqualTo(429);
		assertThat(refusal.number("X-RateLimit-Limit")).isEqualTo(limit);
		assertThat(refusal.number("X-RateLimit-Remaining")).isZero();
		// Within the longest that one of the limits is full again after, two days
		long now = Instant.now().getEpochSecond();
		assertThat(refusal.number("X-RateLimit-Reset")).isBetween(now - MINUTE.toSeconds(),
				now + Duration.ofDays(2).toSeconds());
		assertThat(refusal.number("Retry-After")).isPositive();
	}

}
