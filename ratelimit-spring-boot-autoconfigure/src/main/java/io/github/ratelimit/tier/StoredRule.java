package io.github.ratelimit.tier;

import java.time.Instant;
import java.util.Objects;

/**
 * A rule as a {@link RuleRepository} keeps it.
 *
 * @param rule the rule
 * @param version number that is counted up each time it is written, at least 1: a rule
 * that is written anew after it was removed has none that it had before
 * @param changedAt when it was written last
 * @param changedBy who did, for people to read
 */
public record StoredRule(Rule rule, long version, Instant changedAt, String changedBy) {

	/**
	 * Check that nothing is missing.
	 */
	public StoredRule {
		Objects.requireNonNull(rule, "rule must not be null");
		Objects.requireNonNull(changedAt, "changedAt must not be null");
		Objects.requireNonNull(changedBy, "changedBy must not be null");
	}

}
