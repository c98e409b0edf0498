package io.github.ratelimit.autoconfigure.service;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

import io.github.ratelimit.tier.Rules;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for rules that are changed over HTTP.
 */
@ExtendWith(OutputCaptureExtension.class)
class ServiceRulesTests {

	private static final String RULES = "/v1/admin/rules";

	private ServiceApplication service;

	@BeforeEach
	void start() {
		this.service = ServiceApplication.start(Kept.class, "ratelimit.rules.configured[0].client=client_b",
				"ratelimit.rules.configured[0].rate=50/60s");
	}

	@AfterEach
	void stop() {
		this.service.close();
	}

	@Test
	void keepsARuleThatHoldsAtOnce(CapturedOutput output) {
		HttpResponse<String> created = save(
				"{\"client_id\":\"client_a\",\"rate\":20,\"window\":60,\"endpoint\":\"login\"}");
		assertThat(created.statusCode()).isEqualTo(201);
		JsonNode rule = ServiceApplication.json(created);
		assertThat(rule.get("version").longValue()).isEqualTo(1);
		assertThat(rule.get("changed_by").stringValue()).isEqualTo("api-key");
		assertThat(rule.get("limits").get(0).get("rate").stringValue()).isEqualTo("20/m");
		assertThat(this.service.check("{\"client_id\":\"client_a\",\"limit_key\":\"login\"}").body())
			.contains("\"remaining\":19,", "\"limit\":20,\"window\":60,");
		HttpResponse<String> updated = save(
				"{\"client_id\":\"client_a\",\"rate\":10,\"window\":60,\"endpoint\":\"login\",\"version\":1}");
		assertThat(updated.statusCode()).isEqualTo(200);
		assertThat(ServiceApplication.json(updated).get("version").longValue()).isEqualTo(2);
		assertThat(output)
			.contains("Rate limit rule for client cl... and endpoint login was saved by api-key as version 1: [20/m]");
	}

	@Test
	void keepsRulesForPlansAndForAll() {
		save("{\"plan\":\"pro\",\"rate\":\"7/h\"}");
		save("{\"endpoint\":\"export\",\"limits\":[{\"name\":\"burst\",\"rate\":\"3/s\"},{\"rate\":\"9/d\"}]}");
		assertThat(save("{\"default\":true,\"rate\":\"11/h\"}").statusCode()).isEqualTo(201);
		assertThat(this.service.check("{\"client_id\":\"a\",\"limit_key\":\"small\",\"plan\":\"pro\"}").body())
			.contains("\"limit\":7,");
		assertThat(this.service.check("{\"client_id\":\"a\",\"limit_key\":\"export\"}").body())
			.contains("\"remaining\":2,", "\"limit\":3,");
	}

	@Test
	void refusesToReplaceAnotherVersion() {
		save("{\"client_id\":\"a\",\"rate\":\"1/h\"}");
		HttpResponse<String> conflict = save("{\"client_id\":\"a\",\"rate\":\"2/h\",\"version\":0}");
		assertThat(conflict.statusCode()).isEqualTo(409);
		assertThat(ServiceApplication.json(conflict).get("current_version").longValue()).isEqualTo(1);
		assertThat(this.service.delete(RULES + "?client_id=a&version=7").statusCode()).isEqualTo(409);
		assertThat(this.service.get("/rules/a", ServiceApplication.CHECK_KEY).body()).contains("1/h");
	}

	@Test
	void tellsRulesThatAreNewFromThoseThatReplaceOthers() {
		String rule = "{\"client_id\":\"a\",\"rate\":\"1/h\"}";
		assertThat(save(rule).statusCode()).isEqualTo(201);
		assertThat(save(rule).statusCode()).isEqualTo(200);
		this.service.delete(RULES + "?client_id=a");
		HttpResponse<String> anew = save(rule);
		assertThat(anew.statusCode()).isEqualTo(201);
		assertThat(ServiceApplication.json(anew).get("version").longValue()).isEqualTo(3);
		assertThat(save("{\"client_id\":\"a\",\"rate\":\"2/h\",\"version\":1}").statusCode()).isEqualTo(409);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void refusesRulesThatAreNoneWithTheField(String body, String field) {
		HttpResponse<String> response = save(body);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
		assertThat(ServiceApplication.json(response).get("field").stringValue()).isEqualTo(field);
		assertThat(this.service.bean(Rules.class).current().all()).hasSize(1);
	}

	static Stream<Arguments> refusesRulesThatAreNoneWithTheField() {
		return Stream.of(Arguments.of("[]", "body"), Arguments.of("{\"client_id\":\"a\"}", "rate"),
				Arguments.of("{\"client_id\":null,\"rate\":\"1/s\"}", "client_id"),
				Arguments.of("{\"client_id\":\"\",\"rate\":\"1/s\"}", "client_id"),
				Arguments.of("{\"rate\":\"1/s\"}", "client_id"),
				Arguments.of("{\"version\":0,\"rate\":\"1/s\"}", "client_id"),
				Arguments.of("{\"default\":false,\"rate\":\"1/s\"}", "default"),
				Arguments.of("{\"default\":null,\"rate\":\"1/s\"}", "default"),
				Arguments.of("{\"default\":\"true\",\"rate\":\"1/s\"}", "default"),
				Arguments.of("{\"default\":true,\"client_id\":\"a\",\"rate\":\"1/s\"}", "default"),
				Arguments.of("{\"default\":true,\"plan\":\"pro\",\"rate\":\"1/s\"}", "default"),
				Arguments.of("{\"plan\":null,\"rate\":\"1/s\"}", "plan"),
				Arguments.of("{\"clientid\":\"a\",\"rate\":\"1/s\"}", "clientid"),
				Arguments.of("{\"client_id\":\"a\",\"rate\":0,\"window\":60}", "rate"),
				Arguments.of("{\"client_id\":\"a\",\"rate\":1,\"window\":1e-999999999}", "window"),
				Arguments.of("{\"client_id\":\"a\",\"rate\":1,\"window\":1e999999999}", "window"),
				Arguments.of("{\"client_id\":\"a\",\"rate\":1e999999999,\"window\":1}", "rate"),
				Arguments.of("{\"client_id\":\"a\",\"plan\":\"pro\",\"rate\":\"1/s\"}", "plan"),
				Arguments.of("{\"client_id\":\"a\",\"rate\":\"1/s\",\"version\":\"1\"}", "version"),
				Arguments.of("{\"client_id\":\"a\",\"rate\":\"1/s\",\"version\":-1}", "version"),
				Arguments.of("{\"client_id\":\"a\",\"limits\":[{\"rate\":\"1/s\",\"burts\":2}]}", "limits[0].burts"));
	}

	@Test
	void removesARule(CapturedOutput output) {
		save("{\"client_id\":\"a\",\"rate\":\"1/h\"}");
		save("{\"client_id\":\"a\",\"rate\":\"2/h\",\"valid_from\":\"2099-01-01T00:00:00Z\"}");
		HttpResponse<String> removed = this.service.delete(RULES + "?client_id=a");
		assertThat(removed.statusCode()).isEqualTo(204);
		assertThat(removed.body()).isEmpty();
		assertThat(output).contains("Rate limit rule for client ... was removed by api-key");
		assertThat(this.service.delete(RULES + "?client_id=a").statusCode()).isEqualTo(404);
		assertThat(this.service.delete(RULES + "?client_id=a&valid_from=2099-01-01T00:00:00Z&version=1").statusCode())
			.isEqualTo(204);
		assertThat(this.service.delete(RULES + "?client_id=client_b").statusCode()).isEqualTo(404);
	}

	@Test
	void removesTheRuleForAllOnlyWhereItIsSaid() {
		save("{\"default\":true,\"rate\":\"1/h\"}");
		for (String query : new String[] { "", "?", "?version=1", "?client_id=", "?clientid=a", "?endpoint=", "?plan=",
				"?default=yes", "?default=true&client_id=a", "?client_id=a&client_id=b", "?valid_from=now&default=true",
				"?version=x&default=true" }) {
			HttpResponse<String> response = this.service.delete(RULES + query);
			assertThat(response.statusCode()).as(query).isEqualTo(400);
			assertThat(ServiceApplication.json(response).has("field")).isTrue();
		}
		assertThat(this.service.delete(RULES + "?default=true").statusCode()).isEqualTo(204);
	}

	@Test
	void showsRulesWithoutWhatKeepsThem() {
		save("{\"client_id\":\"a\",\"rate\":\"1/h\"}");
		this.service.bean(InMemoryRuleRepository.class).setDown(true);
		JsonNode all = ServiceApplication.json(this.service.get("/rules", ServiceApplication.CHECK_KEY));
		assertThat(all.get("source").stringValue()).isEqualTo("repository");
		assertThat(all.get("rules").get(0).get("client_id").stringValue()).isEqualTo("a");
		assertThat(all.get("rules").get(1).get("client_id").stringValue()).isEqualTo("client_b");
	}

	@ParameterizedTest
	@MethodSource
	void showsRulesOfOneClient(String client) {
		save("{\"client_id\":\"" + client + "\",\"rate\":\"1/h\"}");
		String path = URLEncoder.encode(client, StandardCharsets.UTF_8).replace("%2F", "/").replace("+", "%20");
		String expected = "{\"client_id\":\"" + client + "\",\"rules\":[{\"client_id\":\"" + client + "\"";
		assertThat(this.service.get("/rules/" + path, ServiceApplication.CHECK_KEY).body()).startsWith(expected);
		assertThat(this.service
			.get("/rules?client_id=" + URLEncoder.encode(client, StandardCharsets.UTF_8), ServiceApplication.CHECK_KEY)
			.body()).startsWith(expected);
	}

	static Stream<String> showsRulesOfOneClient() {
		return Stream.of("a", "user:42", "ip:2001:db8::1", "path/to/client", "a b", "ü😀", "100%", "a.json");
	}

	@Test
	void showsNothingOfClientsWithoutRules() {
		assertThat(this.service.get("/rules/nobody", ServiceApplication.CHECK_KEY).body())
			.isEqualTo("{\"client_id\":\"nobody\",\"rules\":[]}");
		assertThat(this.service.get("/rules?client=a", ServiceApplication.CHECK_KEY).statusCode()).isEqualTo(400);
		assertThat(this.service.get("/rules?client_id=", ServiceApplication.CHECK_KEY).statusCode()).isEqualTo(400);
		assertThat(this.service.get("/rules/", ServiceApplication.CHECK_KEY).statusCode()).isEqualTo(400);
	}

	@Test
	void refusesParametersThatCannotBeRead(CapturedOutput output) throws IOException {
		String many = "/rules?" + "a=1&".repeat(1500);
		for (String target : new String[] { "/rules?client_id=%zz", "/rules?client_id=%ff%fe", many,
				"/v1/explain?client=%zz", "/rules/a?%zz" }) {
			String response = raw("GET " + target + " HTTP/1.1\r\nHost: a\r\nX-API-Key: " + ServiceApplication.CHECK_KEY
					+ "\r\nConnection: close\r\n\r\n");
			assertThat(response).as(target).startsWith("HTTP/1.1 400 ").contains("\"field\":\"query\"");
		}
		assertThat(output).doesNotContain("failed");
	}

	@Test
	void saysNothingOfClientsThatLeave(CapturedOutput output) throws IOException {
		for (String head : new String[] { "Content-Length: 1000\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n3e8\r\n{",
				"Transfer-Encoding: chunked\r\n\r\nnonsense\r\n{" }) {
			try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.service.port())) {
				socket.getOutputStream()
					.write(("POST /v1/check HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nX-API-Key: "
							+ ServiceApplication.CHECK_KEY + "\r\n" + head)
						.getBytes(StandardCharsets.US_ASCII));
				socket.shutdownOutput();
				// Ends when the request does
				socket.getInputStream().readAllBytes();
			}
		}
		assertThat(output).doesNotContain("failed").doesNotContain("ERROR");
	}

	private String raw(String request) throws IOException {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.service.port())) {
			socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	@Test
	void tellsWhoChangedWhat() {
		save("{\"client_id\":\"a\",\"rate\":\"1/h\"}");
		this.service.delete(RULES + "?client_id=a");
		JsonNode kept = ServiceApplication.json(this.service.get(RULES, ServiceApplication.ADMIN_KEY));
		assertThat(kept.get("rules").isEmpty()).isTrue();
		assertThat(kept.get("skipped").get(0).get("reason").stringValue()).isEqualTo("no rule");
		JsonNode changes = ServiceApplication
			.json(this.service.get(RULES + "/history?limit=10", ServiceApplication.ADMIN_KEY))
			.get("changes");
		assertThat(changes).extracting((change) -> change.get("action").stringValue())
			.containsExactly("deleted", "created");
		assertThat(changes.get(1).get("rule").get("client_id").stringValue()).isEqualTo("a");
		for (String limit : new String[] { "0", "1001", "x", "" }) {
			assertThat(this.service.get(RULES + "/history?limit=" + limit, ServiceApplication.ADMIN_KEY).statusCode())
				.isEqualTo(400);
		}
	}

	@Test
	void saysThatWhatKeepsRulesDoesNotAnswer(CapturedOutput output) {
		this.service.bean(InMemoryRuleRepository.class).setDown(true);
		assertThat(Stream.of(save("{\"client_id\":\"a\",\"rate\":\"1/h\"}"),
				this.service.delete(RULES + "?client_id=a"), this.service.get(RULES, ServiceApplication.ADMIN_KEY),
				this.service.get(RULES + "/history", ServiceApplication.ADMIN_KEY)))
			.allSatisfy((response) -> {
				assertThat(response.statusCode()).isEqualTo(503);
				assertThat(response.body()).doesNotContain("secret");
			});
		assertThat(output).doesNotContain("secret@database");
		assertThat(this.service.check("{\"client_id\":\"a\"}").statusCode()).isEqualTo(200);
	}

	@Test
	void saysThatNothingKeepsRules() {
		try (ServiceApplication without = ServiceApplication.start(ServiceApplication.Nothing.class)) {
			assertThat(without.post(RULES, "{\"client_id\":\"a\",\"rate\":\"1/h\"}", ServiceApplication.ADMIN_KEY)
				.statusCode()).isEqualTo(501);
			assertThat(without.delete(RULES + "?client_id=a").statusCode()).isEqualTo(501);
		}
	}

	private HttpResponse<String> save(String rule) {
		return this.service.post(RULES, rule, ServiceApplication.ADMIN_KEY);
	}

	@Configuration(proxyBeanMethods = false)
	static class Kept {

		@Bean
		InMemoryRuleRepository repository() {
			return new InMemoryRuleRepository();
		}

	}

}
