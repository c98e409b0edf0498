package io.github.ratelimit.tier.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import io.github.ratelimit.identity.ShownKey;
import io.github.ratelimit.tier.InvalidRuleException;
import io.github.ratelimit.tier.LoadedRules;
import io.github.ratelimit.tier.Rule;
import io.github.ratelimit.tier.RuleChange;
import io.github.ratelimit.tier.RuleTarget;
import io.github.ratelimit.tier.SkippedRule;
import io.github.ratelimit.tier.StoredRule;
import io.github.ratelimit.tier.json.RuleJson;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Rules as they stand in rows. For whom a rule is and when it holds is said by columns,
 * whatever its JSON says of that.
 */
final class RuleRows {

	private static final Log logger = LogFactory.getLog(RuleRows.class);

	static final String COLUMNS = "id, client_id, endpoint, plan, rule, valid_from, valid_to, version, changed_at, changed_by";

	private static final List<String> IN_COLUMNS = List.of("client_id", "endpoint", "plan", "valid_from", "valid_to");

	private static final int MAX_REASON = 200;

	private final RuleJson json;

	RuleRows(RuleJson json) {
		this.json = Objects.requireNonNull(json, "json must not be null");
	}

	/**
	 * Return what the column of a rule holds.
	 */
	String text(Rule rule) {
		ObjectNode object = this.json.toTree(rule);
		object.remove(IN_COLUMNS);
		return object.toString();
	}

	/**
	 * Return a rule as the history keeps it.
	 */
	String fullText(Rule rule) {
		return this.json.write(rule);
	}

	/**
	 * Return all rules of the rows, and why others are none.
	 */
	LoadedRules load(List<Row> rows) {
		List<StoredRule> rules = new ArrayList<>(rows.size());
		List<SkippedRule> skipped = new ArrayList<>();
		Set<Identity> seen = new HashSet<>();
		for (Row row : rows) {
			try {
				StoredRule stored = rule(row);
				if (!seen.add(new Identity(stored.rule().target(), stored.rule().validFrom()))) {
					throw new InvalidRuleException("valid_from",
							"another rule for the same target begins at the same time");
				}
				rules.add(stored);
			}
			catch (RuntimeException ex) {
				skipped.add(new SkippedRule(row.place(), reason(ex)));
			}
		}
		return new LoadedRules(rules, skipped);
	}

	private StoredRule rule(Row row) {
		JsonNode node = this.json.readTree(row.rule());
		if (node instanceof ObjectNode object) {
			object.remove(IN_COLUMNS);
		}
		Rule said = this.json.read(node);
		Rule rule = said.with(new RuleTarget(row.client(), row.endpoint(), row.plan()), begin(row.validFrom()),
				end(row.validTo()));
		return new StoredRule(rule, row.version(), row.changedAt().toInstant(), row.changedBy());
	}

	/**
	 * Return when a rule begins, {@code null} if it always was.
	 */
	private static @Nullable Instant begin(@Nullable OffsetDateTime time) {
		if (OffsetDateTime.MAX.equals(time)) {
			throw new InvalidRuleException("valid_from", "it is infinity, so the rule would never hold");
		}
		return (time == null || time.equals(OffsetDateTime.MIN)) ? null : time.toInstant();
	}

	/**
	 * Return when a rule ends, {@code null} if it never does.
	 */
	private static @Nullable Instant end(@Nullable OffsetDateTime time) {
		if (OffsetDateTime.MIN.equals(time)) {
			throw new InvalidRuleException("valid_to", "it is -infinity, so the rule would never hold");
		}
		return (time == null || time.equals(OffsetDateTime.MAX)) ? null : time.toInstant();
	}

	private static String reason(RuntimeException error) {
		String reason = Objects.requireNonNullElseGet(error.getMessage(), error::toString);
		return (reason.length() <= MAX_REASON) ? reason : reason.substring(0, MAX_REASON) + "...";
	}

	static Row row(ResultSet result, int number) throws SQLException {
		return new Row(result.getLong("id"), result.getString("client_id"), result.getString("endpoint"),
				result.getString("plan"), result.getString("rule"),
				result.getObject("valid_from", OffsetDateTime.class),
				result.getObject("valid_to", OffsetDateTime.class), result.getLong("version"),
				result.getObject("changed_at", OffsetDateTime.class), result.getString("changed_by"));
	}

	/**
	 * Return a change, empty if somebody else has written what is none.
	 */
	static Optional<RuleChange> change(ResultSet result, int number) throws SQLException {
		try {
			RuleTarget target = new RuleTarget(result.getString("client_id"), result.getString("endpoint"),
					result.getString("plan"));
			return Optional.of(new RuleChange(
					RuleChange.Action.valueOf(result.getString("action").toUpperCase(Locale.ROOT)), target,
					result.getString("rule"), result.getLong("version"),
					result.getObject("changed_at", OffsetDateTime.class).toInstant(), result.getString("changed_by")));
		}
		catch (IllegalArgumentException ex) {
			logger.debug("A row of the history is no change", ex);
			return Optional.empty();
		}
	}

	/**
	 * A row of the table.
	 */
	record Row(long id, @Nullable String client, @Nullable String endpoint, @Nullable String plan, String rule,
			@Nullable OffsetDateTime validFrom, @Nullable OffsetDateTime validTo, long version,
			OffsetDateTime changedAt, String changedBy) {

		/**
		 * Return where it stands, for people to read.
		 */
		String place() {
			StringBuilder place = new StringBuilder("row ").append(this.id);
			append(place, "client", (this.client != null) ? ShownKey.of(this.client) : null);
			append(place, "endpoint", this.endpoint);
			append(place, "plan", this.plan);
			return place.toString();
		}

		private static void append(StringBuilder place, String name, @Nullable String value) {
			if (value != null) {
				place.append(", ").append(name).append(' ').append(value);
			}
		}

	}

	/**
	 * What a rule is known by.
	 */
	private record Identity(RuleTarget target, @Nullable Instant validFrom) {

	}

}
