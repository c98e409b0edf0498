package io.github.ratelimit.service;

import java.time.Instant;
import java.util.Set;

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

	private final Rules rules;

	private final RuleTexts texts;

	RuleHandler(Rules rules, RuleTexts texts) {
		this.rules = rules;
		this.texts = texts;
	}

	/**
	 * Show all rules, a part at a time, or those of one client.
	 */
	ServiceAnswer all(ServiceRequest request) {
		request.requireParameters(Set.of(CheckRequest.CLIENT, RulePage.LIMIT, RulePage.AFTER));
		String client = request.parameter(CheckRequest.CLIENT);
		if (client == null) {
			return all(RulePage.of(request));
		}
		for (String parameter : RulePage.PARAMETERS) {
			if (request.parameter(parameter) != null) {
				throw ServiceException.badRequest(parameter,
						"it is not for the rules of one client, which are shown at once");
			}
		}
		return of(client);
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
		ArrayNode array = body.putArray("rules");
		this.rules.current().forClient(client).forEach((rule) -> array.add(this.texts.toTree(rule)));
		return ServiceAnswer.ok(body);
	}

	private ServiceAnswer all(RulePage page) {
		RulesStatus status = this.rules.status();
		ObjectNode body = ServiceJson.object().put("source", ServiceJson.word(status.source()));
		putTime(body, "read_at", status.readAt());
		putTime(body, "failing_since", status.failingSince());
		body.put("error", status.error());
		page.put(body, this.rules.current().ordered(), this.texts::toTree);
		RuleTexts.putSkipped(body, status.skipped());
		return ServiceAnswer.ok(body);
	}

	static void putTime(ObjectNode body, String field, @Nullable Instant time) {
		body.put(field, (time != null) ? time.toString() : null);
	}

}
