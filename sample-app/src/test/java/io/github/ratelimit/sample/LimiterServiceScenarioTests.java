package io.github.ratelimit.sample;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * The limiter as a service: two instances behind a balancer, with their counts in Redis
 * and their rules in PostgreSQL, and no collector where they send their spans.
 */
class LimiterServiceScenarioTests {

	private static final String ADDRESS_OF_NOBODY = "http://127.0.0.1:1/v1/traces";

	private static final Duration LONG = Duration.ofSeconds(30);

	private static LocalService service;

	@BeforeAll
	static void startService() {
		// Redis has time enough on a busy machine, so that only a frozen one is too late.
		// Rules are looked for so seldom that who knows of a change has been told of it.
		service = LocalService.start("--ratelimit.failure-mode=open", "--ratelimit.redis.timeout=1s",
				"--ratelimit.redis.connect-timeout=30s", "--ratelimit.circuit-breaker.slow-call-duration=1s",
				"--ratelimit.circuit-breaker.wait=2s", "--ratelimit.rules.jdbc.poll-interval=10s",
				"--management.opentelemetry.tracing.export.otlp.endpoint=" + ADDRESS_OF_NOBODY,
				"--management.tracing.sampling.probability=1");
	}

	@AfterAll
	static void stopService() {
		service.close();
	}

	@Test
	void checkIsAnsweredFieldForField() {
		ServiceCalls calls = ServiceCalls.of(service.balanced());
		SampleAnswer answer = calls.check("{\"client_id\":\"user_123\",\"limit_key\":\"login\",\"cost\":1}");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.json().propertyNames()).containsExactly("allowed", "remaining", "retry_after_ms", "limit",
				"window", "reset_at");
		assertThat(answer.json().path("allowed").booleanValue()).isTrue();
		assertThat(answer.json().path("remaining").longValue()).isEqualTo(19);
		assertThat(answer.json().path("retry_after_ms").longValue()).isZero();
		assertThat(answer.json().path("limit").longValue()).isEqualTo(20);
		assertThat(answer.json().path("window").longValue()).isEqualTo(60);
		assertThat(answer.json().path("reset_at").doubleValue()).isCloseTo(Instant.now().toEpochMilli() / 1000.0,
				within(63.0));
	}

	@Test
	void limitKeyAndCostMayBeLeftOut() {
		ServiceCalls calls = ServiceCalls.of(service.balanced());
		String client = client();
		JsonNode first = calls.check(client).json();
		assertThat(first.path("limit").longValue()).isEqualTo(100);
		assertThat(first.path("window").longValue()).isEqualTo(60);
		assertThat(first.path("remaining").longValue()).isEqualTo(99);
		JsonNode second = calls.check("{\"client_id\":\"" + client + "\",\"cost\":9}").json();
		assertThat(second.path("remaining").longValue()).isBetween(90L, 92L);
	}

	@ParameterizedTest
	@CsvSource({ "client_a, global, 100", "client_a, login, 20", "client_a, register, 10", "client_b, global, 50",
			"client_b, login, 50", "somebody, login, 100" })
	void rulesHoldByClientAndEndpoint(String client, String endpoint, long limit) {
		for (int instance = 1; instance <= 2; instance++) {
			JsonNode answer = ServiceCalls.of(service.instance(instance)).check(client, endpoint).json();
			assertThat(answer.path("limit").longValue()).isEqualTo(limit);
			assertThat(answer.path("window").longValue()).isEqualTo(60);
		}
	}

	@Test
	void refusalSaysWhenToComeAgain() {
		ServiceCalls calls = ServiceCalls.of(service.balanced());
		String client = client();
		calls.check("{\"client_id\":\"" + client + "\",\"cost\":100}");
		SampleAnswer refused = calls.check("{\"client_id\":\"" + client + "\",\"cost\":50}");
		assertThat(refused.status()).isEqualTo(200);
		assertThat(refused.json().path("allowed").booleanValue()).isFalse();
		assertThat(refused.json().path("retry_after_ms").longValue()).isBetween(15_000L, 30_000L);
	}

	@Test
	void instancesCountAsOne() {
		String client = client();
		ServiceCalls.of(service.instance(1)).saveRule(client, 300, 86_400);
		List<SampleClient> callers = List.of(service.balanced(), service.instance(1), service.instance(2));
		ServiceCalls.of(service.instance(2)).awaitLimit(client, 300);
		long allowed = IntStream.range(0, 450)
			.parallel()
			.filter((i) -> ServiceCalls.of(callers.get(i % 3)).allows(client))
			.count();
		assertThat(allowed).isEqualTo(300);
	}

	@Test
	void ruleChangedThroughOneInstanceIsObeyedByTheOther() {
		String client = client();
		ServiceCalls one = ServiceCalls.of(service.instance(1));
		ServiceCalls other = ServiceCalls.of(service.instance(2));
		List<Duration> delays = IntStream.rangeClosed(1, 5).mapToObj((i) -> {
			Instant changed = one.saveRule(client, 10 * i, 60);
			assertThat(one.limitOf(client)).isEqualTo(10 * i);
			other.awaitLimit(client, 10 * i);
			return Duration.between(changed, Instant.now());
		}).toList();
		assertThat(delays).allMatch((delay) -> delay.compareTo(Duration.ofSeconds(1)) < 0);
		assertThat(ServiceCalls.admin(service.instance(2)).delete("/v1/admin/rules?client_id=" + client).status())
			.isEqualTo(204);
		one.awaitLimit(client, 100);
	}

	@Test
	void rulesAreListedAndChangedByThoseWhoMay() {
		assertThat(service.balanced().get("/rules").body()).contains("client_a", "client_b", "register");
		assertThat(service.balanced().get("/rules/client_a").body()).contains("login").doesNotContain("client_b");
		assertThat(service.balanced().post("/v1/admin/rules", ServiceCalls.rule("client_a", 1, 60)).status())
			.isEqualTo(403);
		SampleClient stranger = service.balanced().with("X-API-Key", "not-a-key-of-this-service");
		assertThat(stranger.get("/rules").status()).isEqualTo(403);
		assertThat(stranger.post("/v1/check", "{\"client_id\":\"x\"}").status()).isEqualTo(403);
		SampleClient nobody = service.nobody();
		assertThat(nobody.get("/rules").status()).isEqualTo(401);
		assertThat(nobody.post("/v1/check", "{\"client_id\":\"x\"}").status()).isEqualTo(401);
		assertThat(nobody.get("/metrics").status()).isEqualTo(401);
		assertThat(nobody.get("/health").status()).isEqualTo(200);
	}

	@Test
	void nothingElseOfTheSampleIsToBeHad() {
		SampleClient ops = service.instance(1).as("ops");
		assertThat(ops.get("/actuator/ratelimiter").status()).isIn(401, 403);
		assertThat(ops.get("/suggestions").status()).isIn(401, 403);
		assertThat(service.instance(1).get("/actuator/health/readiness").status()).isEqualTo(200);
	}

	@Test
	void correlationIdIsOnTheAnswerAndOnLogLines() {
		String id = "trace-" + UUID.randomUUID();
		SampleClient caller = service.instance(1).with("X-Correlation-ID", id);
		assertThat(caller.post("/v1/check", "{\"client_id\":\"x\"}").header("X-Correlation-ID")).isEqualTo(id);
		assertThat(service.balanced().get("/health").header("X-Correlation-ID")).isNotBlank();
		LocalService.admin(caller).post("/v1/admin/rules", ServiceCalls.rule(client(), 5, 60));
		Awaitility.await().atMost(LONG).until(() -> service.log(1).stream().anyMatch((line) -> line.contains(id)));
	}

	@Test
	void metersTellClientsAndEndpoints() {
		ServiceCalls calls = ServiceCalls.of(service.instance(2));
		calls.check("client_a", "login");
		calls.check("{\"client_id\":\"client_b\",\"cost\":51}");
		String meters = service.instance(2).get("/metrics").body();
		assertThat(meters).containsPattern("ratelimiter_allowed_total\\{.*client=\"client_a\".*endpoint=\"login\"")
			.containsPattern("ratelimiter_blocked_total\\{.*client=\"client_b\".*endpoint=\"global\"")
			.contains("ratelimiter_check_duration_seconds_bucket{", "ratelimiter_active_clients")
			.containsPattern("ratelimiter_redis_errors_total\\{.*operation=");
	}

	@Test
	void absentCollectorIsNotNoticed() {
		ServiceCalls calls = ServiceCalls.of(service.instance(1));
		String client = client();
		for (int i = 0; i < 100; i++) {
			assertThat(calls.check(client).status()).isEqualTo(200);
		}
		// Whether spans cannot be sent is told now and then, and not for each.
		assertThat(service.log(1).stream().filter((line) -> line.toLowerCase(Locale.ROOT).contains("export")))
			.hasSizeLessThan(20);
	}

	@Test
	void serviceGoesOnWithoutPostgres() {
		String client = client();
		ServiceCalls one = ServiceCalls.of(service.instance(1));
		ServiceCalls other = ServiceCalls.of(service.instance(2));
		one.saveRule(client, 7, 60);
		other.awaitLimit(client, 7);
		service.stop("postgres");
		try {
			service.stop("instance2");
			service.start("instance2"); // which knows the rules by what the other kept
			other.awaitLimit(client, 7);
			assertThat(one.limitOf(client)).isEqualTo(7);
			assertThat(ServiceCalls.admin(service.instance(1))
				.post("/v1/admin/rules", ServiceCalls.rule(client, 8, 60))
				.status()).isEqualTo(503);
			try (SampleInstance stranger = service.further(client)) {
				// It never saw the database, and goes by its configuration
				ServiceCalls calls = ServiceCalls.of(stranger.client().with("X-API-Key", LocalService.API_KEY));
				assertThat(calls.limitOf(client)).isEqualTo(100);
				assertThat(calls.limitOf("client_b")).isEqualTo(50);
			}
		}
		finally {
			service.start("postgres");
		}
		Awaitility.await()
			.atMost(LONG)
			.until(() -> ServiceCalls.admin(service.instance(2))
				.post("/v1/admin/rules", ServiceCalls.rule(client(), 8, 60))
				.status() < 300);
		String later = client();
		other.saveRule(later, 9, 60);
		one.awaitLimit(later, 9);
	}

	@Test
	void frozenRedisOpensTheCircuitBreaker() {
		ServiceCalls calls = ServiceCalls.of(service.instance(1));
		String strict = client();
		calls.saveRule("{\"client_id\":\"" + strict + "\",\"rate\":5,\"window\":60,\"failure_mode\":\"closed\"}");
		assertThat(calls.circuitBreaker())
			.isEqualTo("{\"state\":\"closed\",\"failure_count\":0,\"time_until_retry_seconds\":0}");
		try (SampleInstance closed = service.further(client(), "ratelimit.failure-mode=closed",
				"ratelimit.redis.timeout=500ms", "ratelimit.circuit-breaker.slow-call-duration=500ms",
				"ratelimit.circuit-breaker.wait=60s")) {
			ServiceCalls strangers = ServiceCalls.of(closed.client().with("X-API-Key", LocalService.API_KEY));
			service.freeze("redis");
			try {
				String client = client();
				for (int i = 0; i < 5; i++) {
					assertThat(calls.allows(client)).isTrue();
					assertThat(strangers.check(client).status()).isEqualTo(503);
				}
				JsonNode breaker = strangers.caller().get("/circuit-breaker-status").json();
				assertThat(breaker.path("state").stringValue()).isEqualTo("open");
				assertThat(breaker.path("failure_count").longValue()).isEqualTo(5);
				assertThat(breaker.path("time_until_retry_seconds").longValue()).isBetween(40L, 73L);
				assertThat(calls.circuitBreaker()).doesNotContain("closed");
				assertThat(calls.check(strict).status()).isEqualTo(503);
				assertThat(calls.caller().get("/health").body()).contains("\"status\":\"degraded\"",
						"\"redis_available\":false");
			}
			finally {
				service.thaw("redis");
			}
		}
		Awaitility.await().atMost(LONG).until(() -> {
			calls.allows(client());
			return calls.circuitBreaker().contains("\"closed\"");
		});
		assertThat(calls.check(strict).json().path("remaining").longValue()).isEqualTo(4);
		Awaitility.await()
			.atMost(LONG)
			.untilAsserted(() -> assertThat(calls.caller().get("/health").body()).contains("\"status\":\"healthy\"",
					"\"redis_available\":true"));
	}

	@ParameterizedTest
	@CsvSource({ "token-bucket, ''", "fixed-window, ~fixed", "sliding-window, ~sliding" })
	void algorithmIsASetting(String algorithm, String keyEnd) {
		String application = client();
		try (SampleInstance instance = service.further(application, "ratelimit.rules.algorithm=" + algorithm);
				RedisView redis = new RedisView(service.redisUri(), application)) {
			ServiceCalls calls = ServiceCalls.of(instance.client().with("X-API-Key", LocalService.API_KEY));
			for (String client : List.of("client_b", "stranger")) {
				assertThat(calls.allows(client)).isTrue();
			}
			assertThat(redis.keys()).allMatch(Pattern.compile(".*}" + keyEnd + ".*").asMatchPredicate()).hasSize(2);
		}
	}

	private static String client() {
		return "client-" + UUID.randomUUID();
	}

}
