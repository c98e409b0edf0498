package io.github.ratelimit.service;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimiterSettings;
import io.github.ratelimit.TierUse;
import io.github.ratelimit.UnknownTierException;
import io.github.ratelimit.tier.LimitsInForce;
import io.github.ratelimit.tier.Rule;
import io.github.ratelimit.tier.RuleTarget;
import io.github.ratelimit.tier.TierRateLimiters;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Says which limits hold for a client, why, and what is left of them, without charging
 * any.
 */
final class ExplainHandler {

	private static final String CLIENT = "client";

	private static final Map<RuleTrail.Finding, String> FINDINGS = Map.of(RuleTrail.Finding.NO_RULE, "there is no rule",
			RuleTrail.Finding.NOT_VALID_NOW, "the rule does not hold at this time", RuleTrail.Finding.ONLY_WATCHED,
			"the rule is only watched", RuleTrail.Finding.FOR_OTHER_KEYS,
			"the rule is enforced for a part of the clients, and this one is not among them", RuleTrail.Finding.HOLDS,
			"it holds");

	private final TierRateLimiters limiters;

	private final RuleTexts texts;

	private final CheckAnswer answers;

	ExplainHandler(TierRateLimiters limiters, RuleTexts texts, CheckAnswer answers) {
		this.limiters = limiters;
		this.texts = texts;
		this.answers = answers;
	}

	/**
	 * Explain.
	 */
	ServiceAnswer explain(ServiceRequest request) {
		request.requireParameters(Set.of(CLIENT, CheckRequest.LIMIT_KEY, CheckRequest.PLAN));
		TierUse use = use(request);
		try {
			return ServiceAnswer.ok(explain(use, this.limiters.limits(use.tier(), use.key(), CheckAnswer.plans(use))));
		}
		catch (UnknownTierException ex) {
			throw CheckHandler.unknown("");
		}
	}

	private static TierUse use(ServiceRequest request) {
		String client = request.parameter(CLIENT);
		if (client == null) {
			throw ServiceException.badRequest(CLIENT, "it is missing; it says whose limits are asked for");
		}
		CheckRequest.requireText(CLIENT, client, RuleTarget.MAX_CLIENT_LENGTH);
		String plan = request.parameter(CheckRequest.PLAN);
		if (plan != null) {
			CheckRequest.requireText(CheckRequest.PLAN, plan, RuleTarget.MAX_PLAN_LENGTH);
		}
		String name = request.parameter(CheckRequest.LIMIT_KEY);
		return new TierUse(
				(name != null) ? CheckRequest.requireName(CheckRequest.LIMIT_KEY, name) : TierRateLimiters.DEFAULT_TIER,
				plan, client, 0);
	}

	private ObjectNode explain(TierUse use, LimitsInForce holding) {
		ObjectNode body = ServiceJson.object().put(CheckRequest.CLIENT, use.key());
		body.put(CheckRequest.LIMIT_KEY, use.tier()).put(CheckRequest.PLAN, use.plan());
		body.put("level", ServiceJson.word(holding.level()));
		body.put("source", source(holding.rule() != null));
		body.set("rule", tree(holding.rule()));
		RateLimiterSettings settings = holding.settings();
		body.put("failure_mode", ServiceJson.word(settings.failureMode()));
		body.put("enforcement", ServiceJson.word(settings.enforcement()));
		ArrayNode limits = body.putArray("limits");
		settings.limits().forEach((limit) -> limits.add(toTree(limit)));
		ArrayNode steps = body.putArray("looked_at");
		RuleTrail.of(this.limiters.rules(), use.key(), use.tier(), use.plan(), holding)
			.forEach((step) -> steps.add(toTree(step)));
		ArrayNode watched = body.putArray("watched");
		holding.watched().forEach((rule) -> watched.add(toTree(rule.rule())));
		body.set("state", state(use));
		return body;
	}

	private static String source(boolean rule) {
		return (rule) ? "rule" : "configuration";
	}

	private @Nullable ObjectNode tree(@Nullable Rule rule) {
		return (rule != null) ? this.texts.toTree(rule) : null;
	}

	private static ObjectNode toTree(Limit limit) {
		ObjectNode tree = ServiceJson.object().put("name", limit.name()).put("rate", limit.rate().toString());
		tree.put("limit", limit.burst());
		tree.putPOJO("window", ServiceJson.seconds(limit.rate().window()));
		return tree.put("algorithm", ServiceJson.word(limit.algorithm()));
	}

	private ObjectNode toTree(RuleTrail.Step step) {
		ObjectNode tree = ServiceJson.object().put("level", ServiceJson.word(step.level()));
		tree.put("source", source(step.target() != null));
		tree.put("holds", step.finding() == RuleTrail.Finding.HOLDS);
		tree.put("why", FINDINGS.get(step.finding()));
		tree.set("rule", tree(step.rule()));
		return tree;
	}

	private ObjectNode toTree(Rule watched) {
		ObjectNode tree = ServiceJson.object().put("why", FINDINGS.get(RuleTrail.whyWatched(watched)));
		tree.put("percentage", watched.percentage());
		tree.set("rule", this.texts.toTree(watched));
		return tree;
	}

	/**
	 * Return what is left of each limit.
	 * @return {@code null} where nobody can tell
	 */
	private @Nullable ArrayNode state(TierUse use) {
		List<LimitStatus> limits = Objects
			.requireNonNullElse(this.limiters.decide(List.of(use)).each().get(0), RateLimitDecision.unavailable())
			.limits();
		if (limits.isEmpty()) {
			return null;
		}
		ArrayNode state = ServiceJson.array();
		for (LimitStatus status : limits) {
			ObjectNode tree = toTree(status.limit()).put("remaining", status.remaining());
			tree.put("reset_at", ServiceJson.epochSeconds(this.answers.reset(status)));
			state.add(tree);
		}
		return state;
	}

}
