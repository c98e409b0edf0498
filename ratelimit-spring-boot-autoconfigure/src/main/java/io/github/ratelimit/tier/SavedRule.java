package io.github.ratelimit.tier;

import java.util.Objects;

/**
 * A rule that was written.
 *
 * @param stored the rule as it is kept now
 * @param created whether there was none before that it replaces
 */
public record SavedRule(StoredRule stored, boolean created) {

	/**
	 * Check that nothing is missing.
	 */
	public SavedRule {
		Objects.requireNonNull(stored, "stored must not be null");
	}

	/**
	 * Return the version that the rule was given.
	 * @return the version
	 */
	public long version() {
		return this.stored.version();
	}

}
