package io.github.ratelimit.autoconfigure.service;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.ratelimit.Limit;
import io.github.ratelimit.tier.Rule;
import io.github.ratelimit.tier.RuleSet;
import io.github.ratelimit.tier.RuleTarget;
import io.github.ratelimit.tier.Rules;
import io.github.ratelimit.tier.RulesStatus;
import io.github.ratelimit.tier.SkippedRule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for rules that are shown a part at a time.
 */
class ServiceRulePagesTests {

	private static final String RULES = "/rules";

	private static final String ADMIN_RULES = "/v1/admin/rules";

	private ServiceApplication service;

	@BeforeEach
	void start() {
		this.service = ServiceApplication.start(ServiceRulesTests.Kept.class);
	}

	@AfterEach
	void stop() {
		this.service.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { RULES, ADMIN_RULES })
	void showsAllInParts(String path) {
		List<String> clients = List.of("a", "b|c", "d/e f", "käse", "😀");
		Stream.of(4, 0, 3, 1, 2).forEach((i) -> save(clients.get(i)));
		assertThat(inParts(path, 2)).containsExactlyElementsOf(clients);
		assertThat(inParts(path, 1)).hasSize(5);
		assertThat(inParts(path, 5)).hasSize(5);
		assertThat(inParts(path, 1000)).hasSize(5);
	}

	@ParameterizedTest
	@ValueSource(strings = { RULES, ADMIN_RULES })
	void showsEachOnceWhileOthersComeAndGo(String path) {
		Stream.of("b", "d", "f", "h").forEach(this::save);
		JsonNode first = page(path, "?limit=2");
		assertThat(clients(first)).containsExactly("b", "d");
		this.service.delete(ADMIN_RULES + "?client_id=d");
		save("a");
		save("e");
		assertThat(clients(page(path, "?after=" + first.get("next").stringValue()))).containsExactly("e", "f", "h");
	}

	@ParameterizedTest
	@ValueSource(strings = { RULES, ADMIN_RULES })
	void refusesPartsThatThereCannotBe(String path) {
		for (String limit : new String[] { "0", "1001", "x", "" }) {
			assertRefused(path + "?limit=" + limit, "limit");
		}
		for (String after : new String[] { "", "*", "a", "eA", encoded("a\n\n\n"), encoded("a\n\n\nnow\n"), "_w" }) {
			assertRefused(path + "?after=" + after, "after");
		}
	}

	@Test
	void showsThoseOfAClientAtOnce() {
		assertRefused(RULES + "?client_id=a&limit=1", "limit");
		assertRefused(RULES + "?client_id=a&after=a", "after");
	}

	@Test
	void answersAreBounded() {
		Rules rules = this.service.bean(Rules.class);
		rules.replace(RuleSet.of(IntStream.range(0, 1001)
			.mapToObj((i) -> new Rule(new RuleTarget("c" + i, null, null), List.of(Limit.of("1/s"))))
			.toList()));
		rules.report(new RulesStatus(RulesStatus.Source.REPOSITORY, null, null, null,
				IntStream.range(0, 101).mapToObj((i) -> new SkippedRule("row " + i, "no rule")).toList()));
		JsonNode all = page(RULES, "");
		assertThat(all.get("rules")).hasSize(1000);
		assertThat(all.get("skipped")).hasSize(100);
		assertThat(clients(page(RULES, "?after=" + all.get("next").stringValue()))).containsExactly("c999");
	}

	private List<String> inParts(String path, int limit) {
		List<String> clients = new ArrayList<>();
		String query = "?limit=" + limit;
		while (true) {
			JsonNode page = page(path, query);
			assertThat(page.get("rules")).hasSizeBetween(1, limit);
			clients.addAll(clients(page));
			if (page.get("next").isNull()) {
				return clients;
			}
			query = "?limit=" + limit + "&after=" + page.get("next").stringValue();
		}
	}

	private JsonNode page(String path, String query) {
		HttpResponse<String> response = this.service.get(path + query, ServiceApplication.ADMIN_KEY);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		return ServiceApplication.json(response);
	}

	private static List<String> clients(JsonNode page) {
		return page.get("rules").valueStream().map((rule) -> rule.get("client_id").stringValue()).toList();
	}

	private void assertRefused(String path, String field) {
		HttpResponse<String> response = this.service.get(path, ServiceApplication.ADMIN_KEY);
		assertThat(response.statusCode()).as(path).isEqualTo(400);
		assertThat(ServiceApplication.json(response).get("field").stringValue()).isEqualTo(field);
	}

	private static String encoded(String text) {
		return Base64.getUrlEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

	private void save(String client) {
		HttpResponse<String> saved = this.service.post(ADMIN_RULES,
				"{\"client_id\":\"" + client + "\",\"rate\":\"1/h\"}", ServiceApplication.ADMIN_KEY);
		assertThat(saved.statusCode()).isEqualTo(201);
	}

}
