package io.github.ratelimit.tier;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A change of a rule.
 *
 * @param action what was done
 * @param target for whom the rule is
 * @param rule the rule as it was written, in JSON; {@code null} if it was removed
 * @param version version it was given, of a removed one the last it had
 * @param changedAt when
 * @param changedBy by whom, for people to read
 */
public record RuleChange(Action action, RuleTarget target, @Nullable String rule, long version, Instant changedAt,
		String changedBy) {

	/**
	 * What was done.
	 */
	public enum Action {

		/**
		 * It was not there before.
		 */
		CREATED,

		/**
		 * Another version was there before.
		 */
		UPDATED,

		/**
		 * It is there no more.
		 */
		DELETED

	}

}
