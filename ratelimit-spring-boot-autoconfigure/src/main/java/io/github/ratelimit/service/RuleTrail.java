package io.github.ratelimit.service;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.github.ratelimit.Enforcement;
import io.github.ratelimit.tier.LimitsInForce;
import io.github.ratelimit.tier.Rule;
import io.github.ratelimit.tier.RuleLevel;
import io.github.ratelimit.tier.RuleSet;
import io.github.ratelimit.tier.RuleTarget;
import io.github.ratelimit.tier.Rules;
import org.jspecify.annotations.Nullable;

/**
 * What is looked at to find the limits of a key, down to what holds: for people who ask
 * why. Rules come before the configuration of the same level.
 */
final class RuleTrail {

	private final RuleSet rules;

	private final Instant time;

	private final String client;

	private final LimitsInForce holding;

	private final List<Step> steps = new ArrayList<>();

	private RuleTrail(Rules rules, String client, LimitsInForce holding) {
		this.rules = rules.current();
		this.time = rules.now();
		this.client = client;
		this.holding = holding;
	}

	/**
	 * Return the steps.
	 * @param holding what was found
	 */
	static List<Step> of(Rules rules, String client, String endpoint, @Nullable String plan, LimitsInForce holding) {
		RuleTrail trail = new RuleTrail(rules, client, holding);
		trail.look(new RuleTarget(client, endpoint, null));
		trail.look(new RuleTarget(client, null, null));
		if (plan != null) {
			trail.look(new RuleTarget(null, endpoint, plan));
			trail.look(new RuleTarget(null, null, plan));
		}
		trail.configured(RuleLevel.PLAN);
		trail.look(new RuleTarget(null, endpoint, null));
		trail.configured(RuleLevel.TIER);
		trail.look(new RuleTarget(null, null, null));
		trail.configured(RuleLevel.DEFAULT);
		return trail.steps;
	}

	private void look(RuleTarget target) {
		if (isOver()) {
			return;
		}
		List<Rule> found = this.rules.forTarget(target);
		if (found.isEmpty()) {
			this.steps.add(new Step(target.level(), target, Finding.NO_RULE, null));
		}
		found.stream()
			.filter((rule) -> !rule.isValidAt(this.time))
			.forEach((rule) -> this.steps.add(new Step(target.level(), target, Finding.NOT_VALID_NOW, rule)));
		if (this.holding.rule() != null && this.holding.rule().target().equals(target)) {
			this.steps.add(new Step(target.level(), target, Finding.HOLDS, this.holding.rule()));
			return;
		}
		this.holding.watched()
			.stream()
			.map(LimitsInForce.Watched::rule)
			.filter((rule) -> rule.target().equals(target))
			.forEach((rule) -> this.steps.add(new Step(target.level(), target, whyWatched(rule), rule)));
	}

	static Finding whyWatched(Rule rule) {
		return (rule.enforcement() == Enforcement.SHADOW) ? Finding.ONLY_WATCHED : Finding.FOR_OTHER_KEYS;
	}

	private void configured(RuleLevel level) {
		if (!isOver() && this.holding.rule() == null && this.holding.level() == level) {
			this.steps.add(new Step(level, null, Finding.HOLDS, null));
		}
	}

	private boolean isOver() {
		return !this.steps.isEmpty() && this.steps.get(this.steps.size() - 1).finding() == Finding.HOLDS;
	}

	/**
	 * Something that was looked at.
	 *
	 * @param level on which level it is
	 * @param target for whom a rule was looked for, {@code null} for the configuration
	 * @param finding what was there
	 * @param rule the rule that was there
	 */
	record Step(RuleLevel level, @Nullable RuleTarget target, Finding finding, @Nullable Rule rule) {

	}

	/**
	 * What was there.
	 */
	enum Finding {

		/**
		 * Nothing.
		 */
		NO_RULE,

		/**
		 * A rule that begins later, or has ended.
		 */
		NOT_VALID_NOW,

		/**
		 * A rule that refuses nobody.
		 */
		ONLY_WATCHED,

		/**
		 * A rule that is enforced for a part of the keys, and not for this one.
		 */
		FOR_OTHER_KEYS,

		/**
		 * What holds.
		 */
		HOLDS

	}

}
