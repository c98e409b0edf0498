package io.github.ratelimit.tier;

import java.util.List;

/**
 * All that a {@link RuleRepository} keeps at one moment.
 *
 * @param rules the rules
 * @param skipped what cannot be used
 */
public record LoadedRules(List<StoredRule> rules, List<SkippedRule> skipped) {

	/**
	 * Copy the lists.
	 */
	public LoadedRules {
		rules = List.copyOf(rules);
		skipped = List.copyOf(skipped);
	}

	/**
	 * Return the rules as they are looked up.
	 * @return the set
	 */
	public RuleSet toRuleSet() {
		return RuleSet.of(this.rules.stream().map(StoredRule::rule).toList());
	}

}
