package io.github.ratelimit.sample;

import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

import io.github.ratelimit.testsupport.RedisServers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The chat backend over HTTP, limited by routes alone.
 */
class ChatBackendScenarioTests {

	private static final String APPLICATION = "chat-" + UUID.randomUUID();

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private static final String HELLO = "{\"message\":\"hello\"}";

	private static SampleInstance instance;

	private static RedisView redis;

	private static SampleClient client;

	@BeforeAll
	static void startInstance() {
		String uri = RedisServers.shared().uri();
		redis = new RedisView(uri, APPLICATION);
		instance = SampleInstance.start("REDIS_URL=" + uri, "ratelimit.application=" + APPLICATION,
				// As behind a proxy on this machine
				"ratelimit.client-address.trusted-proxies=loopback", "ratelimit.client-address.header=x-forwarded-for");
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
	void chatAndEverythingElseHaveLimitsOfTheirOwn() {
		Exhaustion chat = Exhaustion.of(() -> client.post("/chat", HELLO));
		chat.assertAdmittedInWindows(100, MINUTE);
		assertThat(client.get("/backend/rooms").number("RateLimit-Remaining")).isEqualTo(199);
		redis.forgetAll();
		Iterator<String> rest = Stream.iterate(0, (i) -> i + 1)
			.map((i) -> (i % 2 == 0) ? "/backend/rooms" : "/backend/models")
			.iterator();
		Exhaustion.of(() -> client.get(rest.next())).assertAdmittedInWindows(200, MINUTE);
		assertThat(client.post("/chat", HELLO).number("RateLimit-Remaining")).isEqualTo(99);
	}

	@Test
	void eachResponseTellsTheStateOfItsLimit() {
		assertTells(client.post("/chat", HELLO), 200, 100);
		assertTells(client.post("/chat", "{}"), 400, 100);
		assertTells(client.get("/chat"), 405, 100);
		assertTells(client.get("/backend/rooms"), 200, 200);
		assertTells(client.get("/backend/no-such-thing"), 404, 200);
		assertTells(Exhaustion.of(() -> client.post("/chat", HELLO)).refusal(), 429, 100);
	}

	@Test
	void addressesAreCountedByThemselvesWhoeverCalls() {
		SampleClient one = client.with("X-Forwarded-For", "203.0.113.7");
		SampleClient another = client.with("X-Forwarded-For", "203.0.113.8");
		Iterator<SampleClient> callers = Stream.iterate(0, (i) -> i + 1)
			.map((i) -> (i % 2 == 0) ? one : one.as("alice"))
			.iterator();
		Exhaustion.of(() -> callers.next().post("/chat", HELLO)).assertAdmittedInWindows(100, MINUTE);
		assertThat(another.as("alice").post("/chat", HELLO).number("RateLimit-Remaining")).isEqualTo(99);
		assertThat(redis.keys()).containsExactlyInAnyOrder("chat:{ip:203.0.113.7}~sliding",
				"chat:{ip:203.0.113.8}~sliding");
	}

	@Test
	void whatACallerWritesBeforeTheProxyIsNotBelieved() {
		client.with("X-Forwarded-For", "198.51.100.1, 203.0.113.7").post("/chat", HELLO);
		client.with("X-Forwarded-For", "198.51.100.2, 203.0.113.7").post("/chat", HELLO);
		client.with("X-Forwarded-For", "2001:DB8::1").post("/chat", HELLO);
		client.with("X-Forwarded-For", "2001:db8:0:0:ffff::2").post("/chat", HELLO);
		assertThat(redis.keys()).containsExactlyInAnyOrder("chat:{ip:203.0.113.7}~sliding",
				"chat:{ip:2001:db8::/64}~sliding");
	}

	@Test
	void statisticsTellWhatWasDecided() {
		long allowed = chatStatistics().path("allowed").longValue();
		long refused = chatStatistics().path("refused").longValue();
		Exhaustion chat = Exhaustion.of(() -> client.post("/chat", HELLO));
		JsonNode statistics = chatStatistics();
		assertThat(statistics.path("allowed").longValue()).isEqualTo(allowed + chat.admitted().size());
		assertThat(statistics.path("refused").longValue()).isEqualTo(refused + 1);
		JsonNode report = client.get("/actuator/ratelimiter").json();
		assertThat(report.path("store").path("kind").stringValue()).isEqualTo("redis");
		assertThat(report.path("store").path("connected").booleanValue()).isTrue();
		JsonNode limit = report.path("tiers").path("chat").path("plans").path("default").path("limits").path(0);
		assertThat(limit.path("rate").stringValue()).isEqualTo("100/m");
		assertThat(limit.path("burst").longValue()).isEqualTo(100);
		assertThat(limit.path("algorithm").stringValue()).isEqualTo("sliding-window");
	}

	@Test
	void selfTestMakesDecisionsAndReportsEach() {
		SampleAnswer answer = client.as("ops").post("/actuator/ratelimiter", "");
		assertThat(answer.status()).isEqualTo(200);
		JsonNode report = answer.json();
		assertThat(report.path("passed").booleanValue()).isTrue();
		assertThat(report.path("decisions").valueStream()).isNotEmpty().allSatisfy((decision) -> {
			assertThat(decision.path("allowed")).isEqualTo(decision.path("expected"));
			assertThat(decision.path("source").stringValue()).isEqualTo("redis");
			assertThat(decision.hasNonNull("latency")).isTrue();
		});
		assertThat(redis.keys()).isEmpty();
	}

	@Test
	void healthTellsOfTheStore() {
		JsonNode health = client.as("ops").get("/actuator/health/ratelimiter").json();
		assertThat(health.path("status").stringValue()).isEqualTo("UP");
		assertThat(health.path("details").path("store").stringValue()).isEqualTo("redis");
		assertThat(client.get("/actuator/health/ratelimiter").status()).isEqualTo(404);
	}

	@Test
	void limitsHoldInMemoryWithoutRedis() {
		try (SampleInstance memory = SampleInstance.start()) {
			SampleClient caller = memory.client();
			Exhaustion.of(() -> caller.post("/chat", HELLO)).assertAdmittedInWindows(100, MINUTE);
			Exhaustion.of(() -> caller.get("/backend/rooms")).assertAdmittedInWindows(200, MINUTE);
			assertThat(caller.get("/actuator/ratelimiter").json().path("store").path("kind").stringValue())
				.isEqualTo("memory");
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void nothingOfTheLimiterRunsOnAfterShutdown(boolean withRedis) {
		Set<Thread> before = threads();
		SampleInstance closing = SampleInstance.start("REDIS_URL=" + (withRedis ? RedisServers.shared().uri() : ""),
				"ratelimit.application=" + APPLICATION);
		closing.client().post("/chat", HELLO);
		assertThat(limiterThreads(before).isEmpty()).isNotEqualTo(withRedis);
		closing.close();
		await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(limiterThreads(before)).isEmpty());
	}

	private static Set<Thread> threads() {
		return new HashSet<>(Thread.getAllStackTraces().keySet());
	}

	private static List<String> limiterThreads(Set<Thread> before) {
		Set<Thread> now = threads();
		now.removeAll(before);
		return now.stream()
			.map(Thread::getName)
			.filter((name) -> name.contains("lettuce") || name.contains("ratelimit") || name.contains("netty"))
			.toList();
	}

	private static JsonNode chatStatistics() {
		return client.get("/actuator/ratelimiter")
			.json()
			.path("tiers")
			.path("chat")
			.path("plans")
			.path("default")
			.path("statistics");
	}

	private static void assertTells(SampleAnswer answer, int status, long limit) {
		assertThat(answer.status()).isEqualTo(status);
		assertThat(answer.number("RateLimit-Limit")).isEqualTo(limit);
		assertThat(answer.number("RateLimit-Remaining")).isBetween(0L, limit - 1);
		assertThat(answer.number("RateLimit-Reset")).isPositive();
	}

}
