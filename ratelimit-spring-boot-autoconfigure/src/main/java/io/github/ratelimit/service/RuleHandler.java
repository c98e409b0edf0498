package io.github.ratelimit.service;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

import io.github.ratelimit.tier.Rule;
import io.github.ratelimit.tier.RuleTarget;
import io.github.ratelimit.tier.Rules;
import io.github.ratelimit.tier.RulesStatus;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Shows the rules as they are in memory, whether or not what keeps them answers.
 */
final class RuleHandler {

	private static final Comparator<Rule> BY_TARGET = Comparator
		.<Rule, String>comparing((rule) -> text(rule.target().client()))
		.thenComparing((rule) -> text(rule.target().plan()))
		.thenComparing((rule) -> text(rule.target().endpoint()))
		.thenComparing(Rule::validFrom, Comparator.nullsFirst(Comparator.<Instant>naturalOrder()));

	private final Rules rules;

	private final RuleTexts texts;

	RuleHandler(Rules rules, RuleTexts texts) {
		this.rules = rules;
		this.texts = texts;
	}

	private static String text(@Nullable String name) {
		return (name != null) ? name : "";
	}

	/**
	 * Show all rules, or those of one client.
	 */
	ServiceAnswer all(ServiceRequest request) {
		request.requireParameters(Set.of(CheckRequest.CLIENT));
		String client = request.parameter(CheckRequest.CLIENT);
		return (client != null) ? of(client) : all();
	}

	/**
	 * Show the rules of the client that the path names.
	 */
	ServiceAnswer ofClient(ServiceRequest request) {
		request.requireParameters(Set.of());
		return of(request.rest().substring(Math.min(1, request.rest().length())));
	}

	private ServiceAnswer of(String client) {
		CheckRequest.requireText(CheckRequest.CLIENT, client, RuleTarget.MAX_CLIENT_LENGTH);
		ObjectNode body = ServiceJson.object().put(CheckRequest.CLIENT, client);
		add(body, (rule) -> client.equals(rule.target().client()));
		return ServiceAnswer.ok(body);
	}

	private ServiceAnswer all() {
		RulesStatus status = this.rules.status();
		ObjectNode body = ServiceJson.object().put("source", ServiceJson.word(status.source()));
		putTime(body, "read_at", status.readAt());
		putTime(body, "failing_since", status.failingSince());
		body.put("error", status.error());
		add(body, (rule) -> true);
		RuleTexts.putSkipped(body, status.skipped());
		return ServiceAnswer.ok(body);
	}

	static void putTime(ObjectNode body, String field, @Nullable Instant time) {
		body.put(field, (time != null) ? time.toString() : null);
	}

	private void add(ObjectNode body, Predicate<Rule> which) {
		List<Rule> rules = this.rules.current().all().stream().filter(which).sorted(BY_TARGET).toList();
		ArrayNode array = body.putArray("rules");
		rules.forEach((rule) -> array.add(this.texts.toTree(rule)));
	}

}
