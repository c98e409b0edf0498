package io.github.ratelimit.tier.jdbc;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

import io.github.ratelimit.tier.LoadedRules;
import io.github.ratelimit.tier.Rule;
import io.github.ratelimit.tier.RuleChange;
import io.github.ratelimit.tier.RuleRepository;
import io.github.ratelimit.tier.RuleTarget;
import io.github.ratelimit.tier.SavedRule;
import org.jspecify.annotations.Nullable;

/**
 * A {@link RuleRepository} whose changes hold in this instance when they are made, and
 * that tells the other instances of them.
 */
public final class FollowedRuleRepository implements RuleRepository {

	private final RuleRepository repository;

	private final RuleFollower follower;

	/**
	 * Create a repository.
	 * @param repository where rules are kept
	 * @param follower what follows them
	 */
	public FollowedRuleRepository(RuleRepository repository, RuleFollower follower) {
		this.repository = Objects.requireNonNull(repository, "repository must not be null");
		this.follower = Objects.requireNonNull(follower, "follower must not be null");
	}

	@Override
	public LoadedRules load() {
		return this.repository.load();
	}

	@Override
	public @Nullable String mark() {
		return this.repository.mark();
	}

	@Override
	public SavedRule save(Rule rule, @Nullable Long version, String changedBy) {
		SavedRule saved = this.repository.save(rule, version, changedBy);
		this.follower.saved(saved.stored().rule());
		return saved;
	}

	@Override
	public boolean delete(RuleTarget target, @Nullable Instant validFrom, @Nullable Long version, String changedBy) {
		boolean deleted = this.repository.delete(target, validFrom, version, changedBy);
		if (deleted) {
			this.follower.deleted(target, validFrom);
		}
		return deleted;
	}

	@Override
	public List<RuleChange> history(int limit) {
		return this.repository.history(limit);
	}

}
