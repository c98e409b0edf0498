package io.github.ratelimit.autoconfigure.service;

import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for several checks in one request.
 */
class ServiceBatchTests {

	private static ServiceApplication service;

	@BeforeAll
	static void start() {
		service = ServiceApplication.start(ServiceApplication.Nothing.class, "ratelimit.service.refusal-status=429",
				"ratelimit.tiers.planned.rate=2/d", "ratelimit.tiers.planned.plans.pro.rate=9/d",
				"ratelimit.service.max-batch-size=5");
	}

	@AfterAll
	static void stop() {
		service.close();
	}

	@Test
	void chargesAllOrNone() {
		HttpResponse<String> allowed = batch("all", check("a", "small", 1), check("a", "large", 3));
		assertThat(allowed.statusCode()).isEqualTo(200);
		assertThat(allowed.body()).startsWith("{\"allowed\":true,\"results\":[{\"allowed\":true,\"remaining\":1,");
		HttpResponse<String> refused = batch("all", check("a", "large", 1), check("a", "small", 2));
		assertThat(refused.statusCode()).isEqualTo(429);
		assertThat(refused.headers().firstValue("Retry-After")).isPresent();
		JsonNode body = ServiceApplication.json(refused);
		assertThat(body.get("allowed").booleanValue()).isFalse();
		assertThat(body.get("results").get(0).get("allowed").booleanValue()).isFalse();
		assertThat(body.get("results").get(0).get("retry_after_ms").longValue()).isZero();
		assertThat(body.get("results").get(1).get("retry_after_ms").longValue()).isPositive();
		assertThat(service.remaining("large", "a")).isEqualTo(97);
		assertThat(service.remaining("small", "a")).isEqualTo(1);
	}

	@Test
	void addsUpWhatOneClientIsCharged() {
		assertThat(ServiceApplication.json(batch("all", check("sum", "small", 1), check("sum", "small", 2)))
			.get("allowed")
			.booleanValue()).isFalse();
		assertThat(service.remaining("small", "sum")).isEqualTo(2);
	}

	@Test
	void decidesEachByItself() {
		HttpResponse<String> response = batch("independent", check("b", "small", 3), check("b", "large", 1));
		assertThat(response.statusCode()).isEqualTo(200);
		JsonNode body = ServiceApplication.json(response);
		assertThat(body.get("allowed").booleanValue()).isFalse();
		assertThat(body.get("results").get(0).get("allowed").booleanValue()).isFalse();
		assertThat(body.get("results").get(1).get("allowed").booleanValue()).isTrue();
		assertThat(service.remaining("large", "b")).isEqualTo(99);
	}

	@Test
	void chargesNothingOfRefusedOnesWhateverGoesOnBeside() {
		ExecutorService threads = Executors.newFixedThreadPool(8);
		try {
			long allowed = IntStream.range(0, 60)
				.mapToObj((i) -> CompletableFuture.supplyAsync(
						() -> batch("all", check("many", "large", 5), check("other", "large", 3)).statusCode(),
						threads))
				.toList()
				.stream()
				.filter((status) -> status.join() == 200)
				.count();
			assertThat(allowed).isEqualTo(20);
			assertThat(service.remaining("large", "many")).isZero();
			assertThat(service.remaining("large", "other")).isEqualTo(40);
		}
		finally {
			threads.shutdownNow();
		}
	}

	@Test
	void tellsWhichOfThemNobodyCanDecide() {
		try (ServiceApplication down = ServiceApplication.start(ServiceApplication.Nothing.class,
				"ratelimit.redis.url=redis://127.0.0.1:1", "ratelimit.tiers.closed.rate=2/d",
				"ratelimit.tiers.closed.failure-mode=closed")) {
			HttpResponse<String> some = down.post("/v1/check/batch",
					body("independent", check("a", "closed", 1), check("a", "small", 3)), ServiceApplication.CHECK_KEY);
			assertThat(some.statusCode()).isEqualTo(200);
			JsonNode results = ServiceApplication.json(some).get("results");
			assertThat(results.get(0).get("allowed").booleanValue()).isFalse();
			assertThat(results.get(0).get("error").stringValue()).isEqualTo("unavailable");
			assertThat(results.get(1).get("allowed").booleanValue()).isFalse();
			assertThat(results.get(1).has("error")).isFalse();
			assertThat(down
				.post("/v1/check/batch", body("independent", check("a", "closed", 1)), ServiceApplication.CHECK_KEY)
				.statusCode()).isEqualTo(503);
		}
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void refusesBadBatchesWhole(String body, String field) {
		HttpResponse<String> response = service.post("/v1/check/batch", body, ServiceApplication.CHECK_KEY);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
		assertThat(ServiceApplication.json(response).get("field").stringValue()).isEqualTo(field);
		assertThat(service.remaining("small", "victim")).isEqualTo(2);
	}

	static Stream<Arguments> refusesBadBatchesWhole() {
		String victim = check("victim", "small", 1);
		return Stream.of(Arguments.of("{\"checks\":[" + victim + "]}", "mode"),
				Arguments.of("{\"mode\":\"both\",\"checks\":[" + victim + "]}", "mode"),
				Arguments.of("{\"mode\":\"all\"}", "checks"),
				Arguments.of("{\"mode\":\"all\",\"checks\":[]}", "checks"),
				Arguments.of("{\"mode\":\"all\",\"checks\":{}}", "checks"),
				Arguments.of("{\"mode\":\"all\",\"check\":[" + victim + "]}", "check"),
				Arguments.of(body("independent", victim, "7"), "checks[1]"),
				Arguments.of(body("independent", victim, "{\"client_id\":\"\"}"), "checks[1].client_id"),
				Arguments.of(body("all", victim, check("victim", "nothing", 1)), "checks[1].limit_key"),
				Arguments.of(body("all", victim, "{\"client_id\":\"a\",\"cost\":-1}"), "checks[1].cost"),
				Arguments.of(body("independent", victim, victim, victim, victim, victim, victim), "checks"),
				Arguments.of(body("all", victim, "{\"client_id\":\"a\",\"limit_key\":\"planned\"}",
						"{\"client_id\":\"a\",\"limit_key\":\"planned\",\"plan\":\"pro\"}"), "checks"));
	}

	private static String check(String client, String limitKey, long cost) {
		return "{\"client_id\":\"" + client + "\",\"limit_key\":\"" + limitKey + "\",\"cost\":" + cost + "}";
	}

	private static String body(String mode, String... checks) {
		return "{\"mode\":\"" + mode + "\",\"checks\":" + Stream.of(checks).collect(Collectors.joining(",", "[", "]"))
				+ "}";
	}

	private static HttpResponse<String> batch(String mode, String... checks) {
		return service.post("/v1/check/batch", body(mode, checks), ServiceApplication.CHECK_KEY);
	}

}
