package io.github.ratelimit.tier;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * The rules of one moment, by which all that is asked for together is looked up: one
 * count must not have two limits.
 *
 * @param rules the rules
 * @param time the moment
 */
record RulesAtOnce(RuleSet rules, Instant time) {

	static final RulesAtOnce NONE = new RulesAtOnce(RuleSet.EMPTY, Instant.EPOCH);

	@Nullable Rule find(@Nullable String client, @Nullable String endpoint, @Nullable String plan) {
		return this.rules.find(client, endpoint, plan, this.time);
	}

}
