package io.github.ratelimit.autoconfigure.service;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.tier.LoadedRules;
import io.github.ratelimit.tier.Rule;
import io.github.ratelimit.tier.RuleChange;
import io.github.ratelimit.tier.RuleConflictException;
import io.github.ratelimit.tier.RuleRepository;
import io.github.ratelimit.tier.RuleTarget;
import io.github.ratelimit.tier.SavedRule;
import io.github.ratelimit.tier.SkippedRule;
import io.github.ratelimit.tier.StoredRule;
import io.github.ratelimit.tier.json.RuleJson;
import org.jspecify.annotations.Nullable;

/**
 * Keeps rules for as long as a test runs.
 */
final class InMemoryRuleRepository implements RuleRepository {

	private final Map<Identity, StoredRule> stored = new LinkedHashMap<>();

	private final Map<Identity, Long> versions = new HashMap<>();

	private final List<RuleChange> changes = new ArrayList<>();

	private final RuleJson json = new RuleJson(Algorithm.TOKEN_BUCKET);

	private boolean down;

	synchronized void setDown(boolean down) {
		this.down = down;
	}

	@Override
	public synchronized LoadedRules load() {
		requireUp();
		return new LoadedRules(List.copyOf(this.stored.values()), List.of(new SkippedRule("client x", "no rule")));
	}

	@Override
	public synchronized SavedRule save(Rule rule, @Nullable Long version, String changedBy) {
		Identity identity = new Identity(rule.target(), rule.validFrom());
		long current = requireVersion(identity, version);
		StoredRule saved = new StoredRule(rule, this.versions.merge(identity, 1L, Long::sum), Instant.now(), changedBy);
		this.stored.put(identity, saved);
		changed((current == 0) ? RuleChange.Action.CREATED : RuleChange.Action.UPDATED, saved, this.json.write(rule),
				changedBy);
		return new SavedRule(saved, current == 0);
	}

	@Override
	public synchronized boolean delete(RuleTarget target, @Nullable Instant validFrom, @Nullable Long version,
			String changedBy) {
		Identity identity = new Identity(target, validFrom);
		requireVersion(identity, version);
		StoredRule removed = this.stored.remove(identity);
		if (removed != null) {
			changed(RuleChange.Action.DELETED, removed, null, changedBy);
		}
		return removed != null;
	}

	@Override
	public synchronized List<RuleChange> history(int limit) {
		requireUp();
		return this.changes.stream().limit(limit).toList();
	}

	private void changed(RuleChange.Action action, StoredRule rule, @Nullable String json, String changedBy) {
		this.changes.add(0,
				new RuleChange(action, rule.rule().target(), json, rule.version(), rule.changedAt(), changedBy));
	}

	private long requireVersion(Identity identity, @Nullable Long version) {
		requireUp();
		StoredRule there = this.stored.get(identity);
		long current = (there != null) ? there.version() : 0;
		if (!Objects.requireNonNullElse(version, current).equals(current)) {
			throw new RuleConflictException(version, current);
		}
		return current;
	}

	private void requireUp() {
		if (this.down) {
			throw new IllegalStateException("jdbc:postgresql://secret@database");
		}
	}

	private record Identity(RuleTarget target, @Nullable Instant validFrom) {

	}

}
