package io.github.ratelimit.autoconfigure.service;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.ratelimit.testsupport.RedisServers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for decisions that are asked for over HTTP.
 */
class ServiceChecksTests {

	private static final String LONG = "x".repeat(257);

	private static ServiceApplication service;

	@BeforeAll
	static void start() {
		service = ServiceApplication.start(ServiceApplication.Nothing.class, "ratelimit.tiers.login.rate=20/60s",
				"ratelimit.tiers.split.rate=5/1500ms", "ratelimit.tiers.planned.rate=2/d",
				"ratelimit.tiers.planned.plans.pro.rate=9/d", "ratelimit.rules.configured[0].client=vip",
				"ratelimit.rules.configured[0].endpoint=export", "ratelimit.rules.configured[0].rate=7/60s",
				"ratelimit.tiers.routed.rate=1000/s", "ratelimit.routes[0].tier=routed",
				"ratelimit.routes[0].paths=/v1/check", "spring.jackson.property-naming-strategy=KEBAB_CASE",
				"spring.jackson.mapper.accept-case-insensitive-properties=true",
				"spring.jackson.default-property-inclusion=non_null");
	}

	@AfterAll
	static void stop() {
		service.close();
	}

	@Test
	void answersFieldForField() {
		double before = System.currentTimeMillis() / 1000.0;
		HttpResponse<String> response = service
			.check("{\"client_id\":\"user_123\",\"limit_key\":\"login\",\"cost\":1}");
		double after = System.currentTimeMillis() / 1000.0;
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
		assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
		assertThat(response.body()).matches("\\{\"allowed\":true,\"remaining\":19,\"retry_after_ms\":0,\"limit\":20,"
				+ "\"window\":60,\"reset_at\":\\d+\\.\\d{3}}");
		assertThat(ServiceApplication.json(response).get("reset_at").doubleValue()).isBetween(before + 2.9,
				after + 3.1);
	}

	@Test
	void headerFieldsAreThoseOfTheCheckWhereARouteHasSetTheSame() {
		HttpResponse<String> response = service.check("{\"client_id\":\"routed\",\"limit_key\":\"login\"}");
		assertThat(response.headers().allValues("RateLimit-Limit")).containsExactly("20");
		assertThat(response.headers().allValues("RateLimit-Remaining")).containsExactly("19");
	}

	@Test
	void takesGlobalLimitAndOneUnitUnlessTold() {
		assertThat(service.check("{\"client_id\":\"somebody\"}").body())
			.startsWith("{\"allowed\":true,\"remaining\":99,\"retry_after_ms\":0,\"limit\":100,\"window\":60,");
	}

	@Test
	void tellsHowLongToWait() {
		service.check("{\"client_id\":\"waits\",\"limit_key\":\"login\",\"cost\":20}");
		HttpResponse<String> response = service.check("{\"client_id\":\"waits\",\"limit_key\":\"login\"}");
		assertThat(response.statusCode()).isEqualTo(200);
		JsonNode body = ServiceApplication.json(response);
		assertThat(body.get("allowed").booleanValue()).isFalse();
		assertThat(body.get("remaining").longValue()).isZero();
		assertThat(body.get("retry_after_ms").longValue()).isBetween(1L, 3000L);
	}

	@Test
	void tellsThatMoreThanTheLimitIsNeverAllowed() {
		HttpResponse<String> response = service
			.check("{\"client_id\":\"greedy\",\"limit_key\":\"login\",\"cost\":9223372036854775807}");
		assertThat(response.body())
			.startsWith("{\"allowed\":false,\"remaining\":20,\"retry_after_ms\":null,\"limit\":20,\"window\":60,");
	}

	@Test
	void asksWithoutCharge() {
		for (int i = 0; i < 3; i++) {
			assertThat(service.check("{\"client_id\":\"asks\",\"limit_key\":\"small\",\"cost\":0}").body())
				.startsWith("{\"allowed\":true,\"remaining\":2,");
		}
	}

	@Test
	void tellsWindowsThatAreNoWholeSeconds() {
		assertThat(service.check("{\"client_id\":\"a\",\"limit_key\":\"split\"}").body()).contains("\"window\":1.5,");
	}

	@Test
	void knowsPlansAndEndpointsOfRules() {
		assertThat(service.check("{\"client_id\":\"a\",\"limit_key\":\"planned\",\"plan\":\"pro\"}").body())
			.contains("\"limit\":9");
		assertThat(service.check("{\"client_id\":\"vip\",\"limit_key\":\"export\"}").body()).contains("\"limit\":7");
		assertThat(service.check("{\"client_id\":\"other\",\"limit_key\":\"export\"}").body())
			.contains("\"limit\":100");
	}

	@Test
	void takesTheClientAsItIs() {
		String client = "user:ü/|{}%2F 😀";
		service.check("{\"client_id\":\"" + client + "\",\"limit_key\":\"small\"}");
		assertThat(service.remaining("small", client)).isEqualTo(1);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void refusesBadBodiesWithTheFieldAndChargesNothing(String body, String field, String reason) {
		HttpResponse<String> response = service.check(body);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		JsonNode problem = ServiceApplication.json(response);
		assertThat(problem.get("type").stringValue()).isEqualTo("about:blank");
		assertThat(problem.get("status").intValue()).isEqualTo(400);
		assertThat(problem.get("field").stringValue()).isEqualTo(field);
		assertThat(problem.get("detail").stringValue()).startsWith("'" + field + "': ").contains(reason);
		assertThat(service.remaining("small", "victim")).isEqualTo(2);
	}

	static Stream<Arguments> refusesBadBodiesWithTheFieldAndChargesNothing() {
		String text = "1 to 256 characters";
		String cost = "a whole number from 0";
		return Stream.of(Arguments.of("", "body", "a JSON object"), Arguments.of("{", "body", "must be JSON"),
				Arguments.of("no", "body", "must be JSON"), Arguments.of("[]", "body", "a JSON object"),
				Arguments.of("null", "body", "a JSON object"), Arguments.of("\"victim\"", "body", "a JSON object"),
				Arguments.of("{}", "client_id", "missing"),
				victim("\"clientid\":1", "clientid", "there is no such field"),
				victim("\"Cost\":1", "Cost", "there are client_id, cost, limit_key, plan"),
				Arguments.of("{\"client_id\":null}", "client_id", "missing"),
				Arguments.of("{\"client_id\":\"\"}", "client_id", text),
				Arguments.of("{\"client_id\":\" \"}", "client_id", text),
				Arguments.of("{\"client_id\":\"" + LONG + "\"}", "client_id", text),
				Arguments.of("{\"client_id\":\"a\\nb\"}", "client_id", text),
				Arguments.of("{\"client_id\":\"a\\u0000\"}", "client_id", text),
				Arguments.of("{\"client_id\":\"a\\ud800\"}", "client_id", text),
				Arguments.of("{\"client_id\":42}", "client_id", "a text"),
				Arguments.of("{\"client_id\":[\"victim\"]}", "client_id", "a text"),
				victim("\"limit_key\":\"unknown\"", "limit_key", "a tier of the service, or the endpoint of a rule"),
				victim("\"limit_key\":\"\"", "limit_key", "1 to 64"),
				victim("\"limit_key\":\"a b\"", "limit_key", "1 to 64"),
				victim("\"limit_key\":7", "limit_key", "a text"), victim("\"plan\":\"\"", "plan", "1 to 64"),
				victim("\"plan\":\"" + "p".repeat(65) + "\"", "plan", "1 to 64"), victim("\"cost\":-1", "cost", cost),
				victim("\"cost\":1.5", "cost", cost), victim("\"cost\":1.0", "cost", cost),
				victim("\"cost\":\"1\"", "cost", cost), victim("\"cost\":true", "cost", cost),
				victim("\"cost\":{}", "cost", cost), victim("\"cost\":9223372036854775808", "cost", cost),
				victim("\"cost\":1e2", "cost", cost), victim("\"cost\":1e999999999", "cost", cost),
				victim("\"cost\":-1e-999999999", "cost", cost), victim("\"cost\":1e99999999999999", "body", "JSON"),
				victim("\"cost\":" + "9".repeat(2000), "body", "JSON"), victim("\"cost\":NaN", "body", "JSON"),
				victim("\"cost\":01", "body", "JSON"), victim("\"cost\":1,\"cost\":0", "body", "each field once"),
				Arguments.of("{\"client_id\":\"victim\",\"limit_key\":\"small\"} {}", "body", "nothing after it"),
				Arguments.of("{\"client_id\":\"victim\",\"limit_key\":\"small\"} x", "body", "nothing after it"),
				victim("\"plan\":" + "[".repeat(5000) + "]".repeat(5000), "body", "nested at most"));
	}

	private static Arguments victim(String more, String field, String reason) {
		String rest = (more.contains("limit_key")) ? more : "\"limit_key\":\"small\"," + more;
		return Arguments.of("{\"client_id\":\"victim\"," + rest + "}", field, reason);
	}

	@Test
	void tellsNothingOfWhatCallersSendButNamesOfFields() {
		HttpResponse<String> response = service.check("{\"client_id\":\"a\",\"<script>\\n\\u202e\":1}");
		assertThat(ServiceApplication.json(response).get("field").stringValue()).isEqualTo("<script>??");
		assertThat(service.check("{\"client_id\":\"a\",\"" + "f".repeat(10_000) + "\":1}").body().length())
			.isLessThan(600);
	}

	@Test
	void refusesBytesThatAreNoText() {
		HttpResponse<String> response = service.send("POST", "/v1/check",
				BodyPublishers.ofByteArray(new byte[] { '{', '"', (byte) 0xc3, (byte) 0x28, (byte) 0xff }),
				"Content-Type", "application/json", "X-API-Key", ServiceApplication.CHECK_KEY);
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(ServiceApplication.json(response).get("field").stringValue()).isEqualTo("body");
	}

	@Test
	void readsNoMoreThanTheBound() {
		String large = "{\"client_id\":\"victim\",\"limit_key\":\"small\"" + " ".repeat(17_000) + "}";
		HttpResponse<String> response = service.check(large);
		assertThat(response.statusCode()).isEqualTo(413);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(ServiceApplication.json(response).get("detail").stringValue()).contains("16384 bytes");
		HttpResponse<String> chunked = service.send("POST", "/v1/check",
				BodyPublishers.ofByteArrays(IntStream.range(0, 200).mapToObj((i) -> new byte[1000]).toList()),
				"Content-Type", "application/json", "X-API-Key", ServiceApplication.CHECK_KEY);
		assertThat(chunked.statusCode()).isEqualTo(413);
		assertThat(service.remaining("small", "victim")).isEqualTo(2);
	}

	@Test
	void refusesOtherTypesOfBodies() {
		String body = "{\"client_id\":\"victim\",\"limit_key\":\"small\"}";
		for (String type : new String[] { "application/x-www-form-urlencoded", "text/plain", "application/xml",
				"nonsense" }) {
			HttpResponse<String> response = service.send("POST", "/v1/check", BodyPublishers.ofString(body),
					"Content-Type", type, "X-API-Key", ServiceApplication.CHECK_KEY);
			assertThat(response.statusCode()).as(type).isEqualTo(415);
			assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		}
		assertThat(service
			.send("POST", "/v1/check", BodyPublishers.ofString(body), "X-API-Key", ServiceApplication.CHECK_KEY)
			.statusCode()).isEqualTo(415);
		assertThat(service.remaining("small", "victim")).isEqualTo(2);
		assertThat(service
			.send("POST", "/v1/check", BodyPublishers.ofString("{\"client_id\":\"typed\"}"), "Content-Type",
					"application/vnd.own+json;charset=utf-8", "X-API-Key", ServiceApplication.CHECK_KEY)
			.statusCode()).isEqualTo(200);
	}

	@Test
	void refusesBodiesThatAreEncoded() {
		String body = "{\"client_id\":\"victim\",\"limit_key\":\"small\",\"cost\":0}";
		for (String encoding : new String[] { "gzip", "br", "identity, gzip", "nonsense" }) {
			HttpResponse<String> response = service.post("/v1/check", body, ServiceApplication.CHECK_KEY,
					"Content-Encoding", encoding);
			assertThat(response.statusCode()).as(encoding).isEqualTo(415);
			assertThat(response.headers().firstValue("Accept-Encoding")).hasValue("identity");
		}
		assertThat(service.post("/v1/check", body, ServiceApplication.CHECK_KEY, "Content-Encoding", "Identity")
			.statusCode()).isEqualTo(200);
	}

	@Test
	void answersOtherMethodsAndTypesWithProblems() {
		HttpResponse<String> method = service.get("/v1/check", ServiceApplication.CHECK_KEY);
		assertThat(method.statusCode()).isEqualTo(405);
		assertThat(method.headers().firstValue("Allow")).hasValue("POST");
		HttpResponse<String> type = service.post("/v1/check", "{\"client_id\":\"victim\",\"limit_key\":\"small\"}",
				ServiceApplication.CHECK_KEY, "Accept", "text/html");
		assertThat(type.statusCode()).isEqualTo(406);
		assertThat(Stream.of(method, type))
			.allSatisfy((response) -> assertThat(response.headers().firstValue("Content-Type"))
				.hasValue("application/problem+json"));
		assertThat(service.remaining("small", "victim")).isEqualTo(2);
	}

	@Test
	void leavesPathsThatItDoesNotKnowToTheApplication() {
		try (ServiceApplication with = ServiceApplication.start(OwnPaths.class)) {
			for (String path : new String[] { "/v1/admin/users", "/v1/admin/rules/other", "/v1/check/",
					"/v1/others" }) {
				HttpResponse<String> response = with.send("GET", path, BodyPublishers.noBody());
				assertThat(response.body()).isEqualTo("the application's " + path);
				assertThat(response.headers().firstValue("X-Correlation-ID")).isEmpty();
			}
			assertThat(with.send("GET", "/v1/admin/rules", BodyPublishers.noBody()).statusCode()).isEqualTo(401);
		}
	}

	@Test
	void sendsHeaderFieldsOfLimits() {
		assertThat(service.check("{\"client_id\":\"headers\",\"limit_key\":\"login\"}").headers().map())
			.containsKey("ratelimit-limit")
			.containsKey("ratelimit-remaining");
	}

	@Test
	void answersRefusalsAsSet() {
		try (ServiceApplication strict = ServiceApplication.start(ServiceApplication.Nothing.class,
				"ratelimit.service.refusal-status=429", "ratelimit.service.base-path=/limits/v0")) {
			HttpResponse<String> refused = strict.check("{\"client_id\":\"a\",\"limit_key\":\"small\",\"cost\":3}");
			assertThat(refused.statusCode()).isEqualTo(429);
			assertThat(refused.body()).startsWith("{\"allowed\":false,");
			assertThat(refused.headers().firstValue("Retry-After")).isEmpty();
			strict.check("{\"client_id\":\"a\",\"limit_key\":\"small\",\"cost\":2}");
			HttpResponse<String> later = strict.check("{\"client_id\":\"a\",\"limit_key\":\"small\"}");
			assertThat(later.statusCode()).isEqualTo(429);
			assertThat(later.headers().firstValueAsLong("Retry-After").orElseThrow()).isBetween(43_100L, 43_200L);
			assertThat(strict.get("/elsewhere", ServiceApplication.CHECK_KEY).statusCode()).isEqualTo(404);
			assertThat(strict.get("/elsewhere", "none").headers().firstValue("Content-Type"))
				.hasValue("application/problem+json");
		}
	}

	@Test
	void countsInRedis() {
		String[] properties = { "ratelimit.redis.url=" + RedisServers.shared().uri(),
				"ratelimit.application=service-" + System.nanoTime() };
		try (ServiceApplication one = ServiceApplication.start(ServiceApplication.Nothing.class, properties);
				ServiceApplication other = ServiceApplication.start(ServiceApplication.Nothing.class, properties)) {
			assertThat(one.check("{\"client_id\":\"a\",\"limit_key\":\"small\"}").body())
				.startsWith("{\"allowed\":true,\"remaining\":1,");
			assertThat(other.check("{\"client_id\":\"a\",\"limit_key\":\"small\"}").body())
				.startsWith("{\"allowed\":true,\"remaining\":0,");
			assertThat(one.check("{\"client_id\":\"a\",\"limit_key\":\"small\"}").body())
				.startsWith("{\"allowed\":false,\"remaining\":0,");
		}
	}

	@Test
	void saysWhenNobodyCanDecide() {
		String[] properties = { "ratelimit.redis.url=redis://127.0.0.1:1", "ratelimit.tiers.closed.rate=2/d",
				"ratelimit.tiers.closed.failure-mode=closed", "ratelimit.tiers.open.rate=2/1500ms",
				"ratelimit.tiers.open.failure-mode=open" };
		try (ServiceApplication down = ServiceApplication.start(ServiceApplication.Nothing.class, properties)) {
			HttpResponse<String> closed = down.check("{\"client_id\":\"a\",\"limit_key\":\"closed\"}");
			assertThat(closed.statusCode()).isEqualTo(503);
			assertThat(closed.headers().firstValue("Content-Type")).hasValue("application/problem+json");
			assertThat(closed.headers().firstValue("Retry-After")).hasValue("1");
			assertThat(ServiceApplication.json(closed).get("type").stringValue())
				.endsWith("#temporary-reduced-capacity");
			assertThat(down.check("{\"client_id\":\"a\",\"limit_key\":\"open\"}").body())
				.isEqualTo("{\"allowed\":true,\"remaining\":null,\"retry_after_ms\":0,\"limit\":2,\"window\":1.5,"
						+ "\"reset_at\":null}");
			assertThat(down.check("{\"client_id\":\"a\",\"limit_key\":\"small\"}").statusCode()).isEqualTo(200);
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnPaths {

		@Bean
		RouterFunction<ServerResponse> ownPaths() {
			return RouterFunctions.route()
				.GET("/v1/**", (request) -> ServerResponse.ok().body("the application's " + request.path()))
				.build();
		}

	}

}
