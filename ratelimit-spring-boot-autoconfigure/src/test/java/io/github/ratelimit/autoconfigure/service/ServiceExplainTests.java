package io.github.ratelimit.autoconfigure.service;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import io.github.ratelimit.Enforcement;
import io.github.ratelimit.Limit;
import io.github.ratelimit.tier.LimitsInForce;
import io.github.ratelimit.tier.Rule;
import io.github.ratelimit.tier.RuleSet;
import io.github.ratelimit.tier.RuleTarget;
import io.github.ratelimit.tier.Rules;
import io.github.ratelimit.tier.TierRateLimiters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what explains which limits hold.
 */
class ServiceExplainTests {

	private static ServiceApplication service;

	@BeforeAll
	static void start() {
		service = ServiceApplication.start(ServiceApplication.Nothing.class, "ratelimit.tiers.small.plans.pro.rate=9/d",
				"ratelimit.redis.url=redis://127.0.0.1:1", "ratelimit.tiers.closed.rate=2/d",
				"ratelimit.tiers.closed.failure-mode=closed");
	}

	@AfterAll
	static void stop() {
		service.close();
	}

	@Test
	void namesTheRuleAndWhatCameBeforeIt() {
		RuleTarget own = new RuleTarget("a", "small", null);
		RuleTarget client = new RuleTarget("a", null, null);
		use(new Rule(own, List.of(Limit.of("1/s")), null, Enforcement.SHADOW, 100, null, null),
				new Rule(client, List.of(Limit.of("7/h"))),
				new Rule(new RuleTarget(null, "small", null), List.of(Limit.of("3/h"))));
		service.check("{\"client_id\":\"a\",\"limit_key\":\"small\"}");
		JsonNode answer = explain("client=a&limit_key=small");
		assertThat(answer.get("level").stringValue()).isEqualTo("client");
		assertThat(answer.get("source").stringValue()).isEqualTo("rule");
		assertThat(answer.get("rule").get("client_id").stringValue()).isEqualTo("a");
		assertThat(answer.get("limits").get(0).get("limit").longValue()).isEqualTo(7);
		assertThat(answer.get("looked_at")).extracting((step) -> step.get("why").stringValue())
			.containsExactly("the rule is only watched", "it holds");
		assertThat(answer.get("watched").get(0).get("rule").get("endpoint").stringValue()).isEqualTo("small");
		assertThat(answer.get("state").get(0).get("name").stringValue()).isEqualTo("small");
	}

	@Test
	void chargesNothing() {
		use();
		JsonNode before = explain("client=free&limit_key=large");
		JsonNode after = explain("client=free&limit_key=large");
		assertThat(before.get("state").get(0).get("remaining")).isEqualTo(after.get("state").get(0).get("remaining"));
		assertThat(before.get("state").get(0).get("reset_at").isNumber()).isTrue();
	}

	@Test
	void namesTheConfiguration() {
		use();
		JsonNode tier = explain("client=a&limit_key=small");
		assertThat(tier.get("level").stringValue()).isEqualTo("tier");
		assertThat(tier.get("source").stringValue()).isEqualTo("configuration");
		assertThat(tier.get("rule").isNull()).isTrue();
		assertThat(explain("client=a&limit_key=small&plan=pro").get("level").stringValue()).isEqualTo("plan");
		assertThat(explain("client=a").get("limit_key").stringValue()).isEqualTo("global");
	}

	@Test
	void tellsWhichShareOfKeysARuleIsFor() {
		use(new Rule(new RuleTarget(null, "small", null), List.of(Limit.of("3/h")), null, null, 0, null, null));
		JsonNode answer = explain("client=a&limit_key=small");
		assertThat(answer.get("watched").get(0).get("percentage").intValue()).isZero();
		assertThat(answer.get("watched").get(0).get("why").stringValue()).contains("a part of the clients");
		assertThat(answer.get("level").stringValue()).isEqualTo("tier");
	}

	@Test
	void saysNothingOfAStateThatNobodyKnows() {
		use();
		assertThat(explain("client=a&limit_key=closed").get("state").isNull()).isTrue();
	}

	@Test
	void refusesBadParameters() {
		use();
		for (String query : new String[] { "", "client=", "client=a&limit_key=nothing", "client=a&limit_key=a%20b",
				"client=a&plan=", "client=a&client=b", "client=a&limitkey=small", "client=%00" }) {
			HttpResponse<String> response = service.get("/v1/explain?" + query, ServiceApplication.CHECK_KEY);
			assertThat(response.statusCode()).as(query).isEqualTo(400);
			assertThat(ServiceApplication.json(response).has("field")).isTrue();
		}
	}

	@Test
	void endsWithWhatHoldsWhateverTheRules() {
		Random random = new Random(7);
		TierRateLimiters limiters = service.bean(TierRateLimiters.class);
		for (int round = 0; round < 100; round++) {
			use(random.ints(random.nextInt(8), 0, 1000)
				.mapToObj(ServiceExplainTests::rule)
				.collect(Collectors.toMap(Rule::target, (rule) -> rule, (a, b) -> a))
				.values()
				.toArray(Rule[]::new));
			String name = (random.nextBoolean()) ? "small" : "export";
			String plan = (random.nextBoolean()) ? "pro" : "other";
			if (!limiters.isLimited(name)) {
				continue;
			}
			LimitsInForce holding = limiters.limits(name, "a", List.of(plan));
			JsonNode answer = explain("client=a&limit_key=" + name + "&plan=" + plan);
			List<JsonNode> steps = StreamSupport.stream(answer.get("looked_at").spliterator(), false).toList();
			JsonNode last = steps.get(steps.size() - 1);
			assertThat(last.get("holds").booleanValue()).isTrue();
			assertThat(last.get("level").stringValue())
				.isEqualTo(holding.level().name().toLowerCase(Locale.ROOT).replace('_', '-'));
			assertThat(last.get("rule").isNull()).isEqualTo(holding.rule() == null);
			assertThat(steps.stream().filter((step) -> step.get("holds").booleanValue())).hasSize(1);
			assertThat(
					steps.stream()
						.filter((step) -> step.get("why").stringValue().contains("only watched")
								|| step.get("why").stringValue().contains("a part of")))
				.hasSize(holding.watched().size());
		}
	}

	private static Rule rule(int number) {
		String client = (number % 3 == 0) ? "a" : null;
		String plan = (client == null && number % 2 == 0) ? "pro" : null;
		String endpoint = switch (number % 5) {
			case 0, 1 -> "small";
			case 2, 3 -> "export";
			default -> null;
		};
		Enforcement enforcement = (number % 7 < 2) ? Enforcement.SHADOW : null;
		return new Rule(new RuleTarget(client, endpoint, plan), List.of(Limit.of("5/h")), null, enforcement,
				(number % 11 < 3) ? 0 : 100, null, null);
	}

	private static void use(Rule... rules) {
		service.bean(Rules.class).replace(RuleSet.of(List.of(rules)));
	}

	private static JsonNode explain(String query) {
		HttpResponse<String> response = service.get("/v1/explain?" + query, ServiceApplication.CHECK_KEY);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		return ServiceApplication.json(response);
	}

}
