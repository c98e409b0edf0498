package io.github.ratelimit.service;

import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

import io.github.ratelimit.check.ThrottledErrors;
import io.github.ratelimit.tier.InvalidRuleException;
import io.github.ratelimit.tier.LoadedRules;
import io.github.ratelimit.tier.Rule;
import io.github.ratelimit.tier.RuleChange;
import io.github.ratelimit.tier.RuleConflictException;
import io.github.ratelimit.tier.RulePosition;
import io.github.ratelimit.tier.RuleRepository;
import io.github.ratelimit.tier.RuleTarget;
import io.github.ratelimit.tier.SavedRule;
import io.github.ratelimit.tier.StoredRule;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Changes the rules that a {@link RuleRepository} keeps. Who has changed what is logged.
 */
final class RuleAdminHandler {

	private static final Log logger = LogFactory.getLog(RuleAdminHandler.class);

	private static final String ENDPOINT = "endpoint";

	private static final String VALID_FROM = "valid_from";

	private static final String VERSION = "version";

	private static final String DEFAULT = "default";

	// Who writes null has likely lost a name, and would write a rule for all
	private static final List<String> NEVER_NULL = List.of(CheckRequest.CLIENT, ENDPOINT, CheckRequest.PLAN);

	private static final int CREATED = 201;

	private static final int OK = 200;

	private static final int MAX_NAME_LENGTH = 200;

	private static final int MAX_CHANGES = 1000;

	private static final int CHANGES = 100;

	private final @Nullable RuleRepository repository;

	private final RuleTexts texts;

	private final int maxBodyBytes;

	private final ThrottledErrors errors = ThrottledErrors.warnings(logger);

	RuleAdminHandler(@Nullable RuleRepository repository, RuleTexts texts, int maxBodyBytes) {
		this.repository = repository;
		this.texts = texts;
		this.maxBodyBytes = maxBodyBytes;
	}

	/**
	 * Show all rules that are kept, with their versions, a part at a time.
	 */
	ServiceAnswer list(ServiceRequest request) {
		request.requireParameters(RulePage.PARAMETERS);
		RulePage page = RulePage.of(request);
		LoadedRules loaded = ask(RuleRepository::load);
		NavigableMap<RulePosition, StoredRule> rules = new TreeMap<>();
		loaded.rules().forEach((stored) -> rules.put(RulePosition.of(stored.rule()), stored));
		ObjectNode body = ServiceJson.object();
		page.put(body, rules, this.texts::toTree);
		RuleTexts.putSkipped(body, loaded.skipped());
		return ServiceAnswer.ok(body);
	}

	/**
	 * Keep a rule, in place of the one for the same that begins at the same time. That a
	 * rule is for all must be said.
	 */
	ServiceAnswer save(ServiceRequest request) throws IOException {
		ObjectNode body = RequestBody.read(request.servletRequest(), this.maxBodyBytes);
		for (String field : NEVER_NULL) {
			if (body.has(field) && body.get(field).isNull()) {
				throw ServiceException.badRequest(field,
						"it must not be null; leave it out if the rule is not for one");
			}
		}
		Long version = version(body.remove(VERSION));
		JsonNode forAll = body.remove(DEFAULT);
		Rule rule = this.texts.read(body);
		requireNamed(rule.target(), forAll != null, forAll != null && forAll.isBoolean() && forAll.booleanValue());
		String name = name(request);
		SavedRule saved = ask((repository) -> repository.save(rule, version, name));
		logger.info("Rate limit rule for " + RuleTexts.shown(rule.target(), rule.validFrom()) + " was saved by "
				+ RuleTexts.shown(name) + " as version " + saved.version() + ": "
				+ rule.limits().stream().map((limit) -> limit.rate().toString()).toList());
		return ServiceAnswer.json((saved.created()) ? CREATED : OK, this.texts.toTree(saved.stored()));
	}

	private static @Nullable Long version(@Nullable JsonNode version) {
		if (version == null || version.isNull()) {
			return null;
		}
		if (!version.isIntegralNumber() || !version.canConvertToLong() || version.longValue() < 0) {
			throw ServiceException.badRequest(VERSION,
					"it must be the version of the rule that is replaced, or 0 if there must be none");
		}
		return version.longValue();
	}

	/**
	 * Remove the rule that the parameters name. None of them names the default, which
	 * must be said.
	 */
	ServiceAnswer delete(ServiceRequest request) {
		request
			.requireParameters(Set.of(CheckRequest.CLIENT, ENDPOINT, CheckRequest.PLAN, VALID_FROM, VERSION, DEFAULT));
		RuleTarget target = target(request);
		Instant validFrom = validFrom(request.parameter(VALID_FROM));
		Long version = RuleTexts.whole(VERSION, request.parameter(VERSION), 1, Long.MAX_VALUE);
		String name = name(request);
		if (!ask((repository) -> repository.delete(target, validFrom, version, name))) {
			throw new ServiceException(ServiceProblem
				.notFound("No such rule is kept. What the configuration of the service says cannot be removed here."));
		}
		logger.info("Rate limit rule for " + RuleTexts.shown(target, validFrom) + " was removed by "
				+ RuleTexts.shown(name));
		return ServiceAnswer.noContent();
	}

	private static RuleTarget target(ServiceRequest request) {
		RuleTarget target;
		try {
			target = new RuleTarget(request.parameter(CheckRequest.CLIENT), request.parameter(ENDPOINT),
					request.parameter(CheckRequest.PLAN));
		}
		catch (InvalidRuleException ex) {
			throw RuleTexts.invalid(ex);
		}
		String forAll = request.parameter(DEFAULT);
		requireNamed(target, forAll != null, "true".equals(forAll));
		return target;
	}

	/**
	 * Check that a rule for all is one on purpose, and not because a name was lost.
	 * @param said whether it was said that it is for all, or not
	 * @param forAll whether it was said that it is
	 */
	private static void requireNamed(RuleTarget target, boolean said, boolean forAll) {
		boolean none = target.equals(new RuleTarget(null, null, null));
		if (said && !(none && forAll)) {
			throw ServiceException.badRequest(DEFAULT, "it must be true, and no client_id, endpoint or plan be there");
		}
		if (none && !said) {
			throw ServiceException.badRequest(CheckRequest.CLIENT,
					"it, endpoint or plan must be there; the rule for all is named by default, which must be true then");
		}
	}

	private static @Nullable Instant validFrom(@Nullable String text) {
		try {
			return (text != null) ? Instant.parse(text) : null;
		}
		catch (DateTimeParseException ex) {
			throw ServiceException.badRequest(VALID_FROM, "it must be a time such as 2026-12-24T00:00:00Z");
		}
	}

	/**
	 * Show what was changed, the latest first.
	 */
	ServiceAnswer history(ServiceRequest request) {
		request.requireParameters(Set.of(RulePage.LIMIT));
		Long limit = RuleTexts.whole(RulePage.LIMIT, request.parameter(RulePage.LIMIT), 1, MAX_CHANGES);
		List<RuleChange> changes = ask(
				(repository) -> repository.history((limit != null) ? limit.intValue() : CHANGES));
		ObjectNode body = ServiceJson.object();
		ArrayNode array = body.putArray("changes");
		changes.forEach((change) -> array.add(this.texts.toTree(change)));
		return ServiceAnswer.ok(body);
	}

	private static String name(ServiceRequest request) {
		String name = request.caller().name();
		return (name.length() > MAX_NAME_LENGTH) ? name.substring(0, MAX_NAME_LENGTH) : name;
	}

	/**
	 * Ask what keeps the rules, and wait for it.
	 * @throws ServiceException if there is nothing that keeps rules, it does not answer,
	 * or somebody else was faster
	 */
	private <T> T ask(Function<RuleRepository, T> question) {
		if (this.repository == null) {
			throw new ServiceException(ServiceProblem
				.notImplemented("Rules stand in the configuration of the service alone, and cannot be changed here."));
		}
		try {
			return question.apply(this.repository);
		}
		catch (RuleConflictException ex) {
			throw new ServiceException(ServiceProblem.conflict(ex.getMessage() + ".", ex.getCurrentVersion()));
		}
		catch (InvalidRuleException ex) {
			throw RuleTexts.invalid(ex);
		}
		catch (RuntimeException ex) {
			this.errors.report("What keeps the rate limit rules does not answer", ex);
			throw new ServiceException(ServiceProblem
				.unavailable("What keeps the rules does not answer; nothing is known to be changed."));
		}
	}

}
