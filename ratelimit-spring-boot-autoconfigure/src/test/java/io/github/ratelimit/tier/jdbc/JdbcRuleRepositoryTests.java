package io.github.ratelimit.tier.jdbc;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Enforcement;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.testsupport.PostgresProcess;
import io.github.ratelimit.tier.InvalidRuleException;
import io.github.ratelimit.tier.Rule;
import io.github.ratelimit.tier.RuleChange;
import io.github.ratelimit.tier.RuleChange.Action;
import io.github.ratelimit.tier.RuleConflictException;
import io.github.ratelimit.tier.RuleTarget;
import io.github.ratelimit.tier.SavedRule;
import io.github.ratelimit.tier.SkippedRule;
import io.github.ratelimit.tier.StoredRule;
import io.github.ratelimit.tier.json.RuleJson;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class JdbcRuleRepositoryTests {

	private static final Instant NOW = Instant.parse("2026-11-21T12:00:00.123456Z");

	private static final RuleTarget TARGET = target("user:42", "ai", null);

	private PostgresProcess postgres;

	private JdbcRuleRepository repository;

	@BeforeEach
	void setUp() {
		this.postgres = RuleDatabase.empty();
		this.repository = new JdbcRuleRepository(this.postgres.dataSource(), new RuleJson(Algorithm.TOKEN_BUCKET),
				InstantSource.fixed(NOW.plusNanos(789)));
	}

	@Test
	void keepsAllOfARule() {
		Rule rule = new Rule(TARGET,
				List.of(Limit.of("20/60s").withName("minute"),
						Limit.of("1000/d").withName("day").withAlgorithm(Algorithm.FIXED_WINDOW)),
				FailureMode.CLOSED, Enforcement.SHADOW, 30, NOW, NOW.plusSeconds(60));
		StoredRule stored = this.repository.save(rule, 0L, "alice").stored();
		assertThat(stored).isEqualTo(new StoredRule(rule, 1, NOW, "alice"));
		assertThat(this.repository.load().rules()).containsExactly(stored);
	}

	@Test
	void keepsRulesForWhatIsLeftOutApart() {
		List<RuleTarget> targets = List.of(target("a", "b", null), target("a", null, null), target(null, "b", "p"),
				target(null, null, "p"), target(null, "b", null), target(null, null, null));
		targets.forEach((target) -> this.repository.save(rule(target, "5/s"), 0L, "alice"));
		assertThat(this.repository.load().rules()).extracting((stored) -> stored.rule().target())
			.containsExactlyElementsOf(targets);
	}

	@Test
	void keepsRulesThatBeginAtDifferentTimesApart() {
		Rule later = new Rule(TARGET, List.of(Limit.of("9/s")), null, null, 100, NOW, null);
		this.repository.save(rule(TARGET, "5/s"), 0L, "alice");
		this.repository.save(later, 0L, "alice");
		assertThat(this.repository.load().rules()).hasSize(2);
		assertThat(this.repository.delete(TARGET, NOW, 2L, "alice")).isTrue();
		assertThat(this.repository.load().rules()).extracting(StoredRule::rule).containsExactly(rule(TARGET, "5/s"));
	}

	@Test
	void findsARuleAgainByATimeOfNanoseconds() {
		Instant begin = NOW.plusNanos(999);
		Rule rule = new Rule(TARGET, List.of(Limit.of("9/s")), null, null, 100, begin, null);
		assertThat(this.repository.save(rule, 0L, "alice").stored().rule().validFrom()).isEqualTo(NOW);
		assertThat(this.repository.save(rule, 1L, "alice").version()).isEqualTo(2);
		assertThat(this.repository.delete(TARGET, begin, 2L, "alice")).isTrue();
	}

	@Test
	void countsVersions() {
		assertThat(this.repository.save(rule(TARGET, "5/s"), null, "alice").version()).isEqualTo(1);
		assertThat(this.repository.save(rule(TARGET, "6/s"), null, "bob").version()).isEqualTo(2);
		assertThat(this.repository.save(rule(TARGET, "7/s"), 2L, "carol").version()).isEqualTo(3);
		assertThat(this.repository.load().rules())
			.containsExactly(new StoredRule(rule(TARGET, "7/s"), 3, NOW, "carol"));
	}

	@Test
	void ruleThatIsMadeAnewHasNoVersionThatItHadBefore() {
		assertThat(this.repository.save(rule(TARGET, "5/s"), null, "alice").created()).isTrue();
		assertThat(this.repository.save(rule(TARGET, "6/s"), null, "alice").created()).isFalse();
		this.repository.delete(TARGET, null, null, "alice");
		SavedRule anew = this.repository.save(rule(TARGET, "7/s"), 0L, "bob");
		assertThat(anew.created()).isTrue();
		assertThat(anew.version()).isEqualTo(3);
		assertConflict(() -> this.repository.save(rule(TARGET, "5/s"), 1L, "alice"), 3);
		assertThat(this.repository.save(rule(target("user:7", "ai", null), "5/s"), 0L, "bob").version()).isEqualTo(1);
		assertThat(this.repository.history(2)).extracting(RuleChange::action)
			.containsExactly(Action.CREATED, Action.CREATED);
	}

	@Test
	void changesNothingWhereAnotherVersionIsThere() {
		assertConflict(() -> this.repository.save(rule(TARGET, "5/s"), 1L, "alice"), 0);
		this.repository.save(rule(TARGET, "5/s"), 0L, "alice");
		assertConflict(() -> this.repository.save(rule(TARGET, "6/s"), 0L, "bob"), 1);
		assertConflict(() -> this.repository.save(rule(TARGET, "6/s"), 2L, "bob"), 1);
		assertConflict(() -> this.repository.delete(TARGET, null, 2L, "bob"), 1);
		assertThat(this.repository.load().rules())
			.containsExactly(new StoredRule(rule(TARGET, "5/s"), 1, NOW, "alice"));
		assertThat(this.repository.history(10)).hasSize(1);
	}

	private static void assertConflict(Runnable change, long current) {
		assertThatExceptionOfType(RuleConflictException.class).isThrownBy(change::run)
			.satisfies((ex) -> assertThat(ex.getCurrentVersion()).isEqualTo(current));
	}

	@Test
	void tellsWhetherThereWasARuleToDelete() {
		assertThat(this.repository.delete(TARGET, null, null, "alice")).isFalse();
		this.repository.save(rule(TARGET, "5/s"), null, "alice");
		assertThat(this.repository.delete(TARGET, null, null, "alice")).isTrue();
		assertThat(this.repository.load().rules()).isEmpty();
	}

	@Test
	void remembersWhoChangedWhat() {
		this.repository.save(rule(TARGET, "5/s"), null, "alice");
		this.repository.save(rule(TARGET, "6/s"), null, "bob");
		this.repository.delete(TARGET, null, null, "carol");
		assertThat(this.repository.history(10)).containsExactly(
				new RuleChange(Action.DELETED, TARGET, null, 2, NOW, "carol"),
				new RuleChange(Action.UPDATED, TARGET, json("6/s"), 2, NOW, "bob"),
				new RuleChange(Action.CREATED, TARGET, json("5/s"), 1, NOW, "alice"));
		assertThat(this.repository.history(1)).extracting(RuleChange::action).containsExactly(Action.DELETED);
	}

	@Test
	void leavesOutOfTheHistoryWhatIsNoChange() {
		this.repository.save(rule(TARGET, "5/s"), null, "alice");
		sql("insert into ratelimit_rule_change (action, client_id, plan, rule, version, changed_at, changed_by) values"
				+ " ('moved', 'a', null, null, 1, now(), 'x'), ('created', 'a', 'p', '{}', 1, now(), 'x'),"
				+ " ('created', ' ', null, '{}', 1, now(), 'x'), ('deleted', 'a', null, null, 1, 'infinity', 'x')");
		assertThat(this.repository.history(10)).extracting(RuleChange::changedBy).containsExactly("x", "alice");
	}

	private static String json(String rate) {
		return "{\"client_id\":\"user:42\",\"endpoint\":\"ai\",\"limits\":[{\"rate\":\"" + rate + "\"}]}";
	}

	@Test
	void oneOfManyCreatesARuleWhichTheOthersSee() throws InterruptedException, ExecutionException {
		List<String> outcomes = concurrently(8, (i) -> {
			try {
				return "version " + this.repository.save(rule(TARGET, (i + 1) + "/s"), 0L, "caller " + i).version();
			}
			catch (RuleConflictException ex) {
				return "conflict with " + ex.getCurrentVersion();
			}
		});
		assertThat(outcomes).containsOnlyOnce("version 1").hasSize(8);
		assertThat(outcomes).filteredOn((outcome) -> outcome.equals("conflict with 1")).hasSize(7);
		assertThat(this.repository.history(10)).hasSize(1);
	}

	@Test
	void everyOneOfManyReplacesWhatIsThere() throws InterruptedException, ExecutionException {
		List<Long> versions = concurrently(6,
				(i) -> this.repository.save(rule(TARGET, (i + 1) + "/s"), null, "caller " + i).version());
		assertThat(versions).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L);
		assertThat(this.repository.history(10)).extracting(RuleChange::version).containsExactly(6L, 5L, 4L, 3L, 2L, 1L);
	}

	private static <T> List<T> concurrently(int callers, IntFunction<T> call)
			throws InterruptedException, ExecutionException {
		ExecutorService executor = Executors.newFixedThreadPool(callers);
		try {
			List<T> results = new ArrayList<>();
			for (Future<T> result : executor
				.invokeAll(IntStream.range(0, callers).mapToObj((i) -> (Callable<T>) () -> call.apply(i)).toList())) {
				results.add(result.get());
			}
			return results;
		}
		finally {
			executor.shutdownNow();
		}
	}

	@Test
	void isNoPartOfATransactionOfItsCaller() {
		DataSource dataSource = this.postgres.dataSource();
		JdbcRuleRepository own = new JdbcRuleRepository(dataSource, new RuleJson(Algorithm.TOKEN_BUCKET),
				InstantSource.system());
		new TransactionTemplate(new JdbcTransactionManager(dataSource)).executeWithoutResult((status) -> {
			own.save(rule(TARGET, "5/s"), 0L, "alice");
			status.setRollbackOnly();
		});
		assertThat(own.load().rules()).hasSize(1);
	}

	@Test
	void ruleThatPeopleWriteIsRead() {
		sql("insert into ratelimit_rule (client_id, endpoint, rule) values ('client_a', 'login',"
				+ " '{\"rate\": 20, \"window\": 60}')");
		assertThat(this.repository.load().rules()).singleElement().satisfies((stored) -> {
			assertThat(stored.rule()).isEqualTo(rule(target("client_a", "login", null), "20/60s"));
			assertThat(stored.version()).isEqualTo(1);
			assertThat(stored.changedBy()).isEqualTo("postgres");
		});
	}

	@Test
	void columnsSayForWhomAndWhenARuleIs() {
		sql("insert into ratelimit_rule (client_id, rule, valid_from, valid_to) values ('client_a', '{\"client_id\":"
				+ " \"another\", \"plan\": \"free\", \"valid_to\": \"nonsense\", \"rate\": \"5/s\"}', '-infinity', 'infinity')");
		assertThat(this.repository.load().rules()).extracting(StoredRule::rule)
			.containsExactly(rule(target("client_a", null, null), "5/s"));
	}

	@Test
	void skipsWhatIsNoRuleAndReadsTheOthers() {
		this.repository.save(rule(TARGET, "5/s"), null, "alice");
		sql("insert into ratelimit_rule (client_id, endpoint, plan, rule) values"
				+ " ('user:1', 'ai', null, 'five'), ('user:2', null, null, '{\"rate\": \"5/fortnight\"}'),"
				+ " ('user:3', null, 'free', '{\"rate\": \"5/s\"}'), ('secret-of-4', null, null, '[]')");
		assertThat(this.repository.load().rules()).hasSize(1);
		List<SkippedRule> skipped = this.repository.load().skipped();
		assertThat(skipped).extracting(SkippedRule::target)
			.containsExactly("row 2, client user:1, endpoint ai", "row 3, client user:2",
					"row 4, client user:3, plan free", "row 5, client se...");
		assertThat(skipped.get(0).reason()).startsWith("'rule': it is not JSON: ");
		assertThat(skipped.get(1).reason()).startsWith("'rate': '5/fortnight' is not a rate");
		assertThat(skipped.get(2).reason()).isEqualTo("'plan': a rule for one client is not for a plan");
	}

	@Test
	void skipsRulesThatByTheirTimesNeverHold() {
		sql("insert into ratelimit_rule (endpoint, rule, valid_from, valid_to) values ('a', '{\"rate\": \"5/s\"}',"
				+ " 'infinity', null), ('b', '{\"rate\": \"5/s\"}', null, '-infinity')");
		assertThat(this.repository.load().rules()).isEmpty();
		assertThat(this.repository.load().skipped()).containsExactly(
				new SkippedRule("row 1, endpoint a", "'valid_from': it is infinity, so the rule would never hold"),
				new SkippedRule("row 2, endpoint b", "'valid_to': it is -infinity, so the rule would never hold"));
	}

	@Test
	void skipsASecondRuleOfTheSameTargetAndBegin() {
		sql("drop index ratelimit_rule_target");
		sql("insert into ratelimit_rule (endpoint, rule) values ('ai', '{\"rate\": \"5/s\"}'), ('ai', '{\"rate\": \"6/s\"}')");
		assertThat(this.repository.load().rules()).extracting(StoredRule::rule)
			.containsExactly(rule(target(null, "ai", null), "5/s"));
		assertThat(this.repository.load().skipped()).containsExactly(new SkippedRule("row 2, endpoint ai",
				"'valid_from': another rule for the same target begins at the same time"));
		sql("truncate ratelimit_rule");
	}

	@Test
	void refusesWhatItCannotKeep() {
		assertThatExceptionOfType(InvalidRuleException.class)
			.isThrownBy(() -> this.repository
				.save(new Rule(TARGET, List.of(Limit.of("5/s")), null, null, 100, null, Instant.MAX), null, "alice"))
			.satisfies((ex) -> assertThat(ex.getField()).isEqualTo("valid_to"));
	}

	@Test
	void keepsKeysAndNamesOfAnyText() {
		String client = "käse'; drop table ratelimit_rule; -- \ud83e\uddc0 ".repeat(6).strip();
		this.repository.save(rule(target(client, null, null), "5/s"), null, "al\u0000ice\ud83d" + "x".repeat(300));
		assertThat(this.repository.load().rules()).singleElement().satisfies((stored) -> {
			assertThat(stored.rule().target().client()).isEqualTo(client);
			assertThat(stored.changedBy()).startsWith("al?ice?xxx").hasSize(256);
		});
	}

	@Test
	void markDiffersAfterEachChange() {
		List<String> marks = new ArrayList<>(List.of(this.repository.mark()));
		this.repository.save(rule(TARGET, "5/s"), null, "alice");
		marks.add(this.repository.mark());
		this.repository.save(rule(TARGET, "6/s"), null, "alice");
		marks.add(this.repository.mark());
		sql("update ratelimit_rule set rule = '{\"rate\": \"7/s\"}'");
		marks.add(this.repository.mark());
		sql("delete from ratelimit_rule");
		sql("insert into ratelimit_rule (endpoint, rule) values ('ai', '{\"rate\": \"5/s\"}')");
		marks.add(this.repository.mark());
		this.repository.delete(target(null, "ai", null), null, null, "alice");
		assertThat(marks).doesNotHaveDuplicates();
		assertThat(this.repository.mark()).isEqualTo(marks.get(0));
	}

	@Test
	void tellsListenersOfChangesThatCameToBe() {
		SingleConnectionDataSource single = new SingleConnectionDataSource(this.postgres.url(), true);
		JdbcTemplate listener = new JdbcTemplate(single);
		listener.execute("listen " + JdbcRuleRepository.CHANNEL);
		this.repository.save(rule(TARGET, "5/s"), null, "alice");
		this.repository.delete(TARGET, null, null, "alice");
		assertConflict(() -> this.repository.save(rule(TARGET, "5/s"), 7L, "alice"), 0);
		listener.execute((ConnectionCallback<@Nullable Void>) (connection) -> {
			PGNotification[] told = connection.unwrap(PGConnection.class).getNotifications(1000);
			assertThat(told).extracting(PGNotification::getName).containsExactly("ratelimit_rules", "ratelimit_rules");
			return null;
		});
		single.destroy();
	}

	@Test
	void schemaCanBeCreatedAgain() {
		this.repository.save(rule(TARGET, "5/s"), null, "alice");
		RuleDatabase.createTables(this.postgres.dataSource());
		assertThat(this.repository.load().rules()).hasSize(1);
	}

	private void sql(String sql) {
		this.postgres.client().sql(sql).update();
	}

	private static Rule rule(RuleTarget target, String rate) {
		return new Rule(target, List.of(Limit.of(rate)), null, null, 100, null, null, Set.of(Limit.DEFAULT_NAME));
	}

	private static RuleTarget target(@Nullable String client, @Nullable String endpoint, @Nullable String plan) {
		return new RuleTarget(client, endpoint, plan);
	}

}
