package io.github.ratelimit.tier;

import io.github.ratelimit.Limit;
import org.jspecify.annotations.Nullable;

/**
 * For whom and what a {@link Rule} holds. What is left out holds for all: a target
 * without anything is the default.
 *
 * @param client key whose count it is, such as {@code user:42}, 1 to 256 characters;
 * {@code null} for every key
 * @param endpoint name of a tier, or of something else that is only asked for by this
 * name; {@code null} for all of them
 * @param plan plan of the caller, 1 to 64 characters; {@code null} for every plan
 */
public record RuleTarget(@Nullable String client, @Nullable String endpoint, @Nullable String plan) {

	/**
	 * Longest key that a rule can be for.
	 */
	public static final int MAX_CLIENT_LENGTH = 256;

	/**
	 * Longest name of a plan that a rule can be for.
	 */
	public static final int MAX_PLAN_LENGTH = 64;

	/**
	 * Check the target.
	 * @throws InvalidRuleException if a client or plan is blank, too long or holds
	 * control characters or halves of characters, if an endpoint is not of the form that
	 * a {@linkplain Limit#name() limit's name} has, or if there is both a client and a
	 * plan
	 */
	public RuleTarget {
		requireText("client_id", client, MAX_CLIENT_LENGTH);
		requireText("plan", plan, MAX_PLAN_LENGTH);
		if (endpoint != null && !Limit.isName(endpoint)) {
			throw new InvalidRuleException("endpoint",
					"it must be 1 to 64 letters, digits, '.', '_' and '-', beginning with a letter or digit");
		}
		if (client != null && plan != null) {
			throw new InvalidRuleException("plan", "a rule for one client is not for a plan");
		}
	}

	private static void requireText(String field, @Nullable String text, int maxLength) {
		if (text != null && (text.isBlank() || text.length() > maxLength || !isPlain(text))) {
			throw new InvalidRuleException(field, "it must be 1 to " + maxLength
					+ " characters, not blank, without control characters or halves of characters");
		}
	}

	/**
	 * Return whether a text has no control characters and no half of a character, which
	 * would be written as another one.
	 */
	private static boolean isPlain(String text) {
		return text.codePoints()
			.noneMatch((c) -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
	}

	/**
	 * Return the level on which a rule for this is looked up.
	 * @return the level
	 */
	public RuleLevel level() {
		if (this.client != null) {
			return (this.endpoint != null) ? RuleLevel.CLIENT_AND_ENDPOINT : RuleLevel.CLIENT;
		}
		if (this.plan != null) {
			return RuleLevel.PLAN;
		}
		return (this.endpoint != null) ? RuleLevel.TIER : RuleLevel.DEFAULT;
	}

	/**
	 * Return what tells the counts of a rule that is only watched from those of others.
	 */
	String label() {
		String who = (this.client != null) ? "client" : (this.plan != null) ? "plan-" + this.plan : "all";
		return (this.endpoint != null) ? who + "+endpoint" : who;
	}

}
