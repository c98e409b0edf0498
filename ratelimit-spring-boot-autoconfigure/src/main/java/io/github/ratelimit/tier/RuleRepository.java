package io.github.ratelimit.tier;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Where rules are kept, for all instances of the application. Safe for use by many
 * threads.
 * <p>
 * A rule is known by its target and when it begins to hold. Methods wait for what keeps
 * the rules and throw any {@link RuntimeException} of its own if it does not answer.
 * <p>
 * The limiter looks at one that is a bean again and again, so that what it keeps holds.
 */
public interface RuleRepository {

	/**
	 * Return all rules.
	 * @return the rules, and what cannot be used
	 */
	LoadedRules load();

	/**
	 * Return what differs as soon as any rule does, for much less than all rules cost.
	 * @return the mark; {@code null} if there is none, and all rules are to be read to
	 * see whether they have changed
	 */
	default @Nullable String mark() {
		return null;
	}

	/**
	 * Keep a rule, in place of the one that is for the same target and begins at the same
	 * time.
	 * @param rule the rule
	 * @param version version of the one it replaces, 0 if there must be none;
	 * {@code null} to replace whatever there is
	 * @param changedBy who wants it, for people to read
	 * @return the rule as it is kept, and whether it is new
	 * @throws RuleConflictException if another version is there
	 */
	SavedRule save(Rule rule, @Nullable Long version, String changedBy);

	/**
	 * Remove a rule.
	 * @param target for whom it is
	 * @param validFrom when it begins to hold, {@code null} if it always did
	 * @param version its version, {@code null} for any
	 * @param changedBy who wants it, for people to read
	 * @return whether there was one
	 * @throws RuleConflictException if another version is there
	 */
	boolean delete(RuleTarget target, @Nullable Instant validFrom, @Nullable Long version, String changedBy);

	/**
	 * Return what was changed, the latest first.
	 * @param limit most changes to return, at least 1
	 * @return the changes
	 */
	List<RuleChange> history(int limit);

}
