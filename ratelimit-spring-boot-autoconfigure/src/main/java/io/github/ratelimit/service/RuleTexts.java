package io.github.ratelimit.service;

import java.time.Instant;
import java.util.List;

import io.github.ratelimit.identity.ShownKey;
import io.github.ratelimit.tier.InvalidRuleException;
import io.github.ratelimit.tier.Rule;
import io.github.ratelimit.tier.RuleChange;
import io.github.ratelimit.tier.RuleTarget;
import io.github.ratelimit.tier.SkippedRule;
import io.github.ratelimit.tier.StoredRule;
import io.github.ratelimit.tier.json.RuleJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes rules, for callers and for the log.
 */
final class RuleTexts {

	// Of keys of this kind all is shown that can be printed
	private static final String PLAIN = "user:";

	private static final int MAX_SKIPPED = 100;

	private final RuleJson json;

	RuleTexts(RuleJson json) {
		this.json = json;
	}

	ObjectNode toTree(Rule rule) {
		return this.json.toTree(rule);
	}

	ObjectNode toTree(StoredRule stored) {
		ObjectNode tree = this.json.toTree(stored.rule());
		tree.put("version", stored.version());
		tree.put("changed_at", stored.changedAt().toString());
		tree.put("changed_by", stored.changedBy());
		return tree;
	}

	/**
	 * Return a change, with the rule as it was written then.
	 */
	ObjectNode toTree(RuleChange change) {
		ObjectNode tree = ServiceJson.object().put("action", ServiceJson.word(change.action()));
		RuleTarget target = change.target();
		putIfThere(tree, "client_id", target.client());
		putIfThere(tree, "endpoint", target.endpoint());
		putIfThere(tree, "plan", target.plan());
		if (change.rule() != null) {
			putRule(tree, change.rule());
		}
		tree.put("version", change.version());
		tree.put("changed_at", change.changedAt().toString());
		tree.put("changed_by", change.changedBy());
		return tree;
	}

	private static void putRule(ObjectNode tree, String rule) {
		try {
			tree.set("rule", ServiceJson.reread(rule));
		}
		catch (JacksonException | NumberFormatException ex) {
			// Somebody else has written it
			tree.put("rule", rule);
		}
	}

	private static void putIfThere(ObjectNode tree, String field, @Nullable String value) {
		if (value != null) {
			tree.put(field, value);
		}
	}

	static void putSkipped(ObjectNode tree, List<SkippedRule> skipped) {
		ArrayNode array = tree.putArray("skipped");
		for (SkippedRule rule : skipped.subList(0, Math.min(MAX_SKIPPED, skipped.size()))) {
			array.add(ServiceJson.object().put("target", rule.target()).put("reason", rule.reason()));
		}
	}

	/**
	 * Read a whole number, {@code null} if there is none.
	 */
	static @Nullable Long whole(String field, @Nullable String text, long least, long most) {
		if (text == null) {
			return null;
		}
		try {
			long number = Long.parseLong(text);
			if (number >= least && number <= most) {
				return number;
			}
		}
		catch (NumberFormatException ex) {
			// It is no number, or beyond those
		}
		throw ServiceException.badRequest(field, "it must be a whole number from " + least + " to " + most);
	}

	/**
	 * Read a rule.
	 * @throws ServiceException if it is none
	 */
	Rule read(ObjectNode tree) {
		try {
			return this.json.read(tree);
		}
		catch (InvalidRuleException ex) {
			throw invalid(ex);
		}
	}

	static ServiceException invalid(InvalidRuleException ex) {
		return ServiceException.badRequest(ex.getField(), ex.getReason());
	}

	/**
	 * Return for whom a rule is, as the log may show it.
	 */
	static String shown(RuleTarget target, @Nullable Instant validFrom) {
		String who = (target.client() != null) ? "client " + ShownKey.of(target.client())
				: (target.plan() != null) ? "plan " + shown(target.plan()) : "all";
		return who + ((target.endpoint() != null) ? " and endpoint " + target.endpoint() : "")
				+ ((validFrom != null) ? " from " + validFrom : "");
	}

	/**
	 * Return a name that is no secret, in bounded printable text.
	 */
	static String shown(String name) {
		return ShownKey.of(PLAIN + name.replace('|', '?')).substring(PLAIN.length());
	}

}
