package io.github.ratelimit.service;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

import io.github.ratelimit.Outcome;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.TierUse;
import io.github.ratelimit.UnknownTierException;
import io.github.ratelimit.tier.TierRateLimiters;
import io.github.ratelimit.tier.UseDecisions;
import io.github.ratelimit.web.http.RateLimitProblem;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Decides. Each request waits for its decision, so that what is logged and traced of it
 * is on its own thread: where the JVM has virtual threads they are cheap, and where it
 * has none the store answers in bounded time.
 */
final class CheckHandler {

	private static final String MODE = "mode";

	private static final String CHECKS = "checks";

	private static final Set<String> BATCH_FIELDS = Set.of(MODE, CHECKS);

	private static final int OK = 200;

	private final TierRateLimiters limiters;

	private final CheckAnswer answers;

	private final ServiceSettings settings;

	CheckHandler(TierRateLimiters limiters, CheckAnswer answers, ServiceSettings settings) {
		this.limiters = limiters;
		this.answers = answers;
		this.settings = settings;
	}

	/**
	 * Decide one check.
	 */
	ServiceAnswer check(ServiceRequest request) throws IOException {
		TierUse use = CheckRequest.read(RequestBody.read(request.servletRequest(), this.settings.maxBodyBytes()), "");
		requireLimited(use, "");
		RateLimitDecision decision = ask(() -> this.limiters.decide(List.of(use))).whole();
		requireDecided(decision);
		ServiceAnswer answer = ServiceAnswer.json(status(decision.allowed()), this.answers.toTree(use, decision))
			.withHeaders(this.answers.headers(use, decision));
		return (decision.allowed()) ? answer : withRetryAfter(answer, decision);
	}

	/**
	 * Decide several checks, all or none of them or each by itself.
	 */
	ServiceAnswer batch(ServiceRequest request) throws IOException {
		ObjectNode body = RequestBody.read(request.servletRequest(), this.settings.maxBatchBodyBytes());
		CheckRequest.requireOnly(body, BATCH_FIELDS, "");
		boolean all = isAllOrNothing(body.get(MODE));
		List<TierUse> uses = uses(body.get(CHECKS));
		return (all) ? together(uses) : each(uses);
	}

	private static boolean isAllOrNothing(JsonNode mode) {
		if (mode != null && mode.isString()) {
			switch (mode.stringValue()) {
				case "all" -> {
					return true;
				}
				case "independent" -> {
					return false;
				}
				default -> {
				}
			}
		}
		throw ServiceException.badRequest(MODE, "it must be 'all' or 'independent'");
	}

	private List<TierUse> uses(JsonNode checks) {
		int most = this.settings.maxBatchSize();
		if (checks == null || !checks.isArray() || checks.isEmpty() || checks.size() > most) {
			throw ServiceException.badRequest(CHECKS, "it must be an array of 1 to " + most + " checks");
		}
		List<TierUse> uses = new ArrayList<>();
		for (int i = 0; i < checks.size(); i++) {
			String path = CHECKS + "[" + i + "]";
			if (!(checks.get(i) instanceof ObjectNode check)) {
				throw ServiceException.badRequest(path, "it must be an object");
			}
			TierUse use = CheckRequest.read(check, path + ".");
			requireLimited(use, path + ".");
			uses.add(use);
		}
		return uses;
	}

	private ServiceAnswer together(List<TierUse> uses) {
		UseDecisions decisions = ask(() -> decideTogether(uses));
		requireDecided(decisions.whole());
		boolean allowed = decisions.whole().allowed();
		ObjectNode body = ServiceJson.object().put("allowed", allowed);
		ArrayNode results = body.putArray("results");
		for (int i = 0; i < uses.size(); i++) {
			RateLimitDecision decision = decisions.each().get(i);
			results.add((decision != null) ? this.answers.toTree(uses.get(i), decision)
					: this.answers.unasked(uses.get(i), allowed));
		}
		ServiceAnswer answer = ServiceAnswer.json(status(allowed), body);
		return (allowed) ? answer : withRetryAfter(answer, decisions.whole());
	}

	/**
	 * Return a refusal with what clients of HTTP look for, where its status is one that
	 * they know.
	 */
	private ServiceAnswer withRetryAfter(ServiceAnswer answer, RateLimitDecision refusal) {
		Long seconds = RateLimitProblem.of(refusal).retryAfter();
		return (answer.status() == OK || seconds == null) ? answer
				: answer.withHeader("Retry-After", Long.toString(seconds));
	}

	private ServiceAnswer each(List<TierUse> uses) {
		List<RateLimitDecision> decisions = ask(() -> this.limiters.decideEach(uses));
		if (decisions.stream().allMatch((decision) -> decision.outcome() == Outcome.UNAVAILABLE)) {
			throw new ServiceException(ServiceProblem.undecided());
		}
		ObjectNode body = ServiceJson.object().put("allowed", decisions.stream().allMatch(RateLimitDecision::allowed));
		ArrayNode results = body.putArray("results");
		for (int i = 0; i < uses.size(); i++) {
			results.add(this.answers.toTree(uses.get(i), decisions.get(i)));
		}
		return ServiceAnswer.ok(body);
	}

	private void requireLimited(TierUse use, String path) {
		if (!this.limiters.isLimited(use.tier())) {
			throw unknown(path);
		}
	}

	static ServiceException unknown(String path) {
		return ServiceException.badRequest(path + CheckRequest.LIMIT_KEY,
				"it must be a tier of the service, or the endpoint of a rule");
	}

	private static <T> T ask(Supplier<T> question) {
		try {
			return question.get();
		}
		catch (UnknownTierException ex) {
			// The rule that named it has gone meanwhile
			throw unknown("");
		}
	}

	private UseDecisions decideTogether(List<TierUse> uses) {
		try {
			return this.limiters.decide(uses);
		}
		catch (IllegalArgumentException ex) {
			if (uses.size() == 1) {
				throw ex;
			}
			throw ServiceException.badRequest(CHECKS, "two of them ask for one count by different limits");
		}
	}

	private static void requireDecided(RateLimitDecision decision) {
		if (decision.outcome() == Outcome.UNAVAILABLE) {
			throw new ServiceException(ServiceProblem.undecided());
		}
	}

	private int status(boolean allowed) {
		return (allowed) ? OK : this.settings.refusalStatus();
	}

}
