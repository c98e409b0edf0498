package io.github.ratelimit.tier;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.github.ratelimit.RateLimiterSettings;

/**
 * The settings that the rules of a set give the tiers, each made when it is asked for
 * first. There are as many as rules that were used, times the tiers, plans and methods
 * they hold for. Safe for use by many threads.
 */
final class RuleSettings {

	private final RuleSet rules;

	private final Map<Use, RateLimiterSettings> settings = new ConcurrentHashMap<>();

	RuleSettings(RuleSet rules) {
		this.rules = rules;
	}

	RuleSet rules() {
		return this.rules;
	}

	/**
	 * Return settings, made once.
	 * @param use what they are for
	 * @param settings makes them
	 */
	RateLimiterSettings get(Use use, Supplier<RateLimiterSettings> settings) {
		RateLimiterSettings known = this.settings.get(use);
		return (known != null) ? known : this.settings.computeIfAbsent(use, (absent) -> settings.get());
	}

	/**
	 * What a rule is used for. Rules and limits are the same only by identity, for both
	 * are made once, and to compare them would take longer than to make settings.
	 *
	 * @param rule the rule
	 * @param configured what holds without the rule
	 * @param plan the plan that decisions name
	 * @param watched whether the rule is only watched
	 */
	record Use(Rule rule, LimitsInForce configured, String plan, boolean watched) {

		@Override
		public boolean equals(Object other) {
			return other instanceof Use use && this.rule == use.rule && this.configured == use.configured
					&& this.watched == use.watched && this.plan.equals(use.plan);
		}

		@Override
		public int hashCode() {
			return 31 * (31 * System.identityHashCode(this.rule) + System.identityHashCode(this.configured))
					+ this.plan.hashCode() + Boolean.hashCode(this.watched);
		}

	}

}
