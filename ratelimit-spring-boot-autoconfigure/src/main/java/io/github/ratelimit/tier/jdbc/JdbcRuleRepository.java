package io.github.ratelimit.tier.jdbc;

import java.sql.Types;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

import javax.sql.DataSource;

import io.github.ratelimit.tier.InvalidRuleException;
import io.github.ratelimit.tier.LoadedRules;
import io.github.ratelimit.tier.Rule;
import io.github.ratelimit.tier.RuleChange;
import io.github.ratelimit.tier.RuleChange.Action;
import io.github.ratelimit.tier.RuleConflictException;
import io.github.ratelimit.tier.RuleRepository;
import io.github.ratelimit.tier.RuleTarget;
import io.github.ratelimit.tier.SavedRule;
import io.github.ratelimit.tier.StoredRule;
import io.github.ratelimit.tier.json.RuleJson;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import org.springframework.jdbc.support.JdbcTransactionManager;

/**
 * A {@link RuleRepository} in the tables {@code ratelimit_rule} and
 * {@code ratelimit_rule_change} of a database.
 * <p>
 * Each change is a transaction of its own, whatever transaction its caller is in, and
 * reading, which is one statement each time, is in none. On PostgreSQL a change tells the
 * listeners of the channel {@value #CHANNEL}. Times are kept to the microsecond.
 */
public final class JdbcRuleRepository implements RuleRepository {

	/**
	 * Channel on which PostgreSQL tells of changes.
	 */
	public static final String CHANNEL = "ratelimit_rules";

	private static final int MAX_NAME = 256;

	private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");

	private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

	private static final String FOR_TARGET = " client_id is not distinct from :client and endpoint is not distinct"
			+ " from :endpoint and plan is not distinct from :plan";

	private static final String SAME_RULE = FOR_TARGET + " and valid_from is not distinct from :validFrom";

	private final JdbcTemplate template;

	private final JdbcClient jdbc;

	private final RuleTransactions transactions;

	private final RuleRows rows;

	private final InstantSource clock;

	/**
	 * Create a repository.
	 * @param dataSource the database
	 * @param json how rules are written
	 * @param clock the time of changes
	 */
	public JdbcRuleRepository(DataSource dataSource, RuleJson json, InstantSource clock) {
		this.template = new JdbcTemplate(Objects.requireNonNull(dataSource, "dataSource must not be null"));
		this.jdbc = JdbcClient.create(this.template);
		this.transactions = new RuleTransactions(new JdbcTransactionManager(dataSource));
		this.rows = new RuleRows(json);
		this.clock = Objects.requireNonNull(clock, "clock must not be null");
	}

	@Override
	public LoadedRules load() {
		return this.rows.load(this.transactions
			.without(() -> this.jdbc.sql("select " + RuleRows.COLUMNS + " from ratelimit_rule order by id")
				.query(RuleRows::row)
				.list()));
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * On PostgreSQL that holds for whatever is done to the table, elsewhere for what
	 * counts the version up.
	 */
	@Override
	public String mark() {
		return this.transactions.without(() -> {
			String sum = (isPostgres()) ? "sum(xmin::text::bigint)" : "sum(version)";
			return this.jdbc.sql("select count(*), " + sum + ", max(id), max(changed_at) from ratelimit_rule")
				.query((result, number) -> result.getLong(1) + "/" + result.getString(2) + "/" + result.getLong(3) + "/"
						+ result.getString(4))
				.single();
		});
	}

	@Override
	public SavedRule save(Rule rule, @Nullable Long version, String changedBy) {
		Rule kept = keepable(rule);
		return this.transactions.repeatedly(() -> {
			Now now = new Now(now(), name(changedBy));
			Optional<Current> current = find(kept.target(), kept.validFrom());
			requireVersion(version, current.map(Current::version).orElse(0L));
			long after = current.map(Current::version).orElseGet(() -> lastVersion(kept.target())) + 1;
			if (current.isEmpty()) {
				insert(kept, after, now);
			}
			else {
				update(current.get(), kept, after, now);
			}
			record((current.isEmpty()) ? Action.CREATED : Action.UPDATED, kept.target(), this.rows.fullText(kept),
					after, now);
			return new SavedRule(new StoredRule(kept, after, now.time(), now.name()), current.isEmpty());
		});
	}

	/**
	 * Return the highest version that a rule for a target ever had: who still knows one
	 * of a rule that was removed is not to replace its successor by it.
	 */
	private long lastVersion(RuleTarget target) {
		return target(this.jdbc.sql("select coalesce(max(version), 0) from ratelimit_rule_change where" + FOR_TARGET),
				target, null)
			.query(Long.class)
			.single();
	}

	private void insert(Rule rule, long version, Now now) {
		changed(rule(this.jdbc
			.sql("insert into ratelimit_rule (client_id, endpoint, plan, rule, valid_from, valid_to, version,"
					+ " changed_at, changed_by) values (:client, :endpoint, :plan, :rule, :validFrom, :validTo,"
					+ " :version, :time, :name)"),
				rule, version, now));
	}

	private void update(Current current, Rule rule, long version, Now now) {
		changed(rule(
				this.jdbc.sql("update ratelimit_rule set rule = :rule, valid_to = :validTo, version = :version,"
						+ " changed_at = :time, changed_by = :name where id = :id and version = :before"),
				rule, version, now)
			.param("id", current.id())
			.param("before", current.version()));
	}

	private StatementSpec rule(StatementSpec statement, Rule rule, long version, Now now) {
		return target(statement, rule.target(), rule.validFrom()).param("rule", this.rows.text(rule))
			.param("validTo", time(rule.validTo()), Types.TIMESTAMP_WITH_TIMEZONE)
			.param("version", version)
			.param("time", time(now.time()), Types.TIMESTAMP_WITH_TIMEZONE)
			.param("name", now.name());
	}

	@Override
	public boolean delete(RuleTarget target, @Nullable Instant validFrom, @Nullable Long version, String changedBy) {
		Instant begin = micros(validFrom);
		return this.transactions.repeatedly(() -> {
			Optional<Current> current = find(target, begin);
			if (current.isEmpty()) {
				return false;
			}
			long before = current.get().version();
			requireVersion(version, before);
			changed(this.jdbc.sql("delete from ratelimit_rule where id = :id and version = :before")
				.param("id", current.get().id())
				.param("before", before));
			record(Action.DELETED, target, null, before, new Now(now(), name(changedBy)));
			return true;
		});
	}

	@Override
	public List<RuleChange> history(int limit) {
		return this.transactions.without(() -> this.jdbc
			.sql("select action, client_id, endpoint, plan, rule, version, changed_at, changed_by"
					+ " from ratelimit_rule_change order by id desc fetch first :limit rows only")
			.param("limit", limit)
			.query(RuleRows::change)
			.list()).stream().flatMap(Optional::stream).toList();
	}

	private Optional<Current> find(RuleTarget target, @Nullable Instant validFrom) {
		return target(this.jdbc.sql("select id, version from ratelimit_rule where" + SAME_RULE), target, validFrom)
			.query((result, number) -> new Current(result.getLong("id"), result.getLong("version")))
			.optional();
	}

	private void record(Action action, RuleTarget target, @Nullable String rule, long version, Now now) {
		target(this.jdbc.sql("insert into ratelimit_rule_change (action, client_id, endpoint, plan, rule, version,"
				+ " changed_at, changed_by) values (:action, :client, :endpoint, :plan, :rule, :version, :time, :name)"),
				target, null)
			.param("action", action.name().toLowerCase(Locale.ROOT))
			.param("rule", rule, Types.VARCHAR)
			.param("version", version)
			.param("time", time(now.time()), Types.TIMESTAMP_WITH_TIMEZONE)
			.param("name", now.name())
			.update();
		if (isPostgres()) {
			this.jdbc.sql("select pg_notify(:channel, '')")
				.param("channel", CHANNEL)
				.query((result, number) -> number)
				.list();
		}
	}

	private static StatementSpec target(StatementSpec statement, RuleTarget target, @Nullable Instant validFrom) {
		return statement.param("client", target.client(), Types.VARCHAR)
			.param("endpoint", target.endpoint(), Types.VARCHAR)
			.param("plan", target.plan(), Types.VARCHAR)
			.param("validFrom", time(validFrom), Types.TIMESTAMP_WITH_TIMEZONE);
	}

	private static void changed(StatementSpec statement) {
		if (statement.update() != 1) {
			throw new OptimisticLockingFailureException("The rule was changed meanwhile");
		}
	}

	private static void requireVersion(@Nullable Long expected, long current) {
		if (expected != null && expected != current) {
			throw new RuleConflictException(expected, current);
		}
	}

	private boolean isPostgres() {
		return Boolean.TRUE.equals(this.template.execute((ConnectionCallback<Boolean>) (connection) -> "PostgreSQL"
			.equals(connection.getMetaData().getDatabaseProductName())));
	}

	private Instant now() {
		return this.clock.instant().truncatedTo(ChronoUnit.MICROS);
	}

	private static Rule keepable(Rule rule) {
		requireTime("valid_from", rule.validFrom());
		requireTime("valid_to", rule.validTo());
		return rule.with(rule.target(), micros(rule.validFrom()), micros(rule.validTo()));
	}

	private static void requireTime(String field, @Nullable Instant time) {
		if (time != null && (time.isBefore(FIRST) || time.isAfter(LAST))) {
			throw new InvalidRuleException(field, "it must be in the years 1 to 9999");
		}
	}

	private static @Nullable Instant micros(@Nullable Instant time) {
		return (time != null) ? time.truncatedTo(ChronoUnit.MICROS) : null;
	}

	private static @Nullable OffsetDateTime time(@Nullable Instant time) {
		return (time != null) ? time.atOffset(ZoneOffset.UTC) : null;
	}

	/**
	 * Return a name that can be kept, and shown in a line.
	 */
	private static String name(String changedBy) {
		StringBuilder name = new StringBuilder();
		changedBy.codePoints()
			.limit(MAX_NAME)
			.map((c) -> (Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE) ? '?' : c)
			.forEach(name::appendCodePoint);
		return name.toString();
	}

	/**
	 * The row of a rule that is there.
	 */
	private record Current(long id, long version) {

	}

	/**
	 * When something is done and who does it.
	 */
	private record Now(Instant time, String name) {

	}

}
