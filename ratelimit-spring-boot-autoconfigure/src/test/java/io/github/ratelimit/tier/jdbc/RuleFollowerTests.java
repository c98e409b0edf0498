package io.github.ratelimit.tier.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.testsupport.PostgresProcess;
import io.github.ratelimit.tier.LoadedRules;
import io.github.ratelimit.tier.Rule;
import io.github.ratelimit.tier.RuleChange;
import io.github.ratelimit.tier.RuleRepository;
import io.github.ratelimit.tier.RuleSet;
import io.github.ratelimit.tier.RuleTarget;
import io.github.ratelimit.tier.Rules;
import io.github.ratelimit.tier.RulesStatus.Source;
import io.github.ratelimit.tier.SavedRule;
import io.github.ratelimit.tier.json.RuleJson;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests that instances follow the rules of one database, each way of which alone does.
 */
@ExtendWith(OutputCaptureExtension.class)
class RuleFollowerTests {

	private static final Duration NEVER = Duration.ofHours(1);

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final Rule RULE = FollowingInstance.rule("user:42", "5/s");

	private static final Rule OTHER = FollowingInstance.rule("user:42", "6/s");

	private PostgresProcess postgres;

	@BeforeEach
	void setUp() {
		this.postgres = RuleDatabase.empty();
	}

	@Test
	void rulesHoldWhenTheFollowerHasStarted() {
		this.postgres.client()
			.sql("insert into ratelimit_rule (client_id, rule) values ('user:42', '{\"rate\": \"5/s\"}'), ('x', '?')")
			.update();
		try (FollowingInstance instance = instance(RuleExchange.NONE, NEVER, false)) {
			assertThat(instance.rules()).containsExactlyInAnyOrder(RULE, FollowingInstance.CONFIGURED);
			assertThat(instance.status().source()).isEqualTo(Source.REPOSITORY);
			assertThat(instance.status().readAt()).isNotNull();
			assertThat(instance.status().failingSince()).isNull();
			assertThat(instance.status().skipped()).hasSize(1);
		}
	}

	@Test
	void ownChangesHoldWhenTheyAreMade() {
		try (FollowingInstance instance = instance(RuleExchange.NONE, NEVER, false)) {
			instance.save(RULE);
			assertThat(instance.rules()).contains(RULE);
			instance.save(OTHER);
			assertThat(instance.rules()).contains(OTHER).doesNotContain(RULE);
			assertThat(instance.delete(OTHER)).isTrue();
			assertThat(instance.rules()).containsExactly(FollowingInstance.CONFIGURED);
			assertThat(instance.delete(OTHER)).isFalse();
		}
	}

	@Test
	void ownChangeThatIsUndoneElsewhereIsNoLongerHeld() {
		Rules rules = new Rules(RuleSet.of(List.of(FollowingInstance.CONFIGURED)), InstantSource.system());
		RuleFollower follower = new RuleFollower(null, new UnchangedRepository(), rules,
				new RuleJson(Algorithm.TOKEN_BUCKET), RuleExchange.NONE,
				new RuleFollowerSettings(NEVER, TIMEOUT, false), () -> {
				});
		try (follower) {
			follower.start();
			assertThat(rules.status().source()).isEqualTo(Source.REPOSITORY);
			follower.saved(RULE);
			await()
				.untilAsserted(() -> assertThat(rules.current().all()).containsExactly(FollowingInstance.CONFIGURED));
		}
	}

	@Test
	void manyChangesHoldAtOnceAndTakeFewCopies(CapturedOutput output) {
		SharedBoard board = new SharedBoard();
		try (FollowingInstance one = instance(board, Duration.ofMillis(100), true);
				FollowingInstance other = instance(board, Duration.ofMillis(100), true)) {
			long begin = System.nanoTime();
			for (int i = 0; i < 300; i++) {
				Rule rule = FollowingInstance.rule("user:" + i, "5/s");
				one.save(rule);
				assertThat(one.rules()).contains(rule);
			}
			long seconds = Duration.ofNanos(System.nanoTime() - begin).toSeconds();
			assertThat(board.copies()).isLessThanOrEqualTo(2 * (int) (seconds + 2));
			await().untilAsserted(() -> assertThat(other.rules()).hasSize(301));
			await().untilAsserted(() -> assertThat(board.find()).contains("user:0\"", "user:299\""));
		}
		assertThat(output).doesNotContain("Rules cannot be read from where they are kept");
	}

	@Test
	void ruleThatBeginsLaterIsRemovedAtOnce() {
		try (FollowingInstance instance = instance(RuleExchange.NONE, NEVER, false)) {
			Instant begin = Instant.parse("2099-01-01T00:00:00.123456789Z");
			Rule later = new Rule(RULE.target(), RULE.limits(), null, null, 100, begin, null);
			instance.save(RULE);
			instance.save(later);
			assertThat(instance.rules()).hasSize(3).contains(RULE);
			assertThat(instance.delete(later)).isTrue();
			assertThat(instance.rules()).containsExactlyInAnyOrder(RULE, FollowingInstance.CONFIGURED);
		}
	}

	@Test
	void ruleOfTheDatabaseComesBeforeTheConfiguredOne() {
		Rule stored = FollowingInstance.rule("configured", "100/s");
		try (FollowingInstance instance = instance(RuleExchange.NONE, NEVER, false)) {
			instance.save(stored);
			assertThat(instance.rules().get(0)).isEqualTo(stored);
		}
	}

	@Test
	void othersFollowByNotificationsAlone() {
		try (FollowingInstance one = instance(RuleExchange.NONE, NEVER, true);
				FollowingInstance other = instance(RuleExchange.NONE, NEVER, true)) {
			awaitListeners(2);
			one.save(RULE);
			await().untilAsserted(() -> assertThat(other.rules()).contains(RULE));
			other.delete(RULE);
			await().untilAsserted(() -> assertThat(one.rules()).containsExactly(FollowingInstance.CONFIGURED));
		}
	}

	@Test
	void rulesAreReadAlsoWhereTablesMustNotBeCreated() {
		this.postgres.client()
			.sql("insert into ratelimit_rule (client_id, rule) values ('user:42', '{\"rate\": \"5/s\"}')")
			.update();
		try (FollowingInstance instance = new FollowingInstance(this.postgres, RuleExchange.NONE,
				new RuleFollowerSettings(NEVER, TIMEOUT, false), (dataSource) -> {
					throw new IllegalStateException("permission denied for schema public");
				})
			.start()) {
			assertThat(instance.rules()).contains(RULE);
			assertThat(instance.status().failingSince()).isNull();
		}
	}

	@Test
	void whyTablesCannotBeCreatedIsToldWhereThereAreNone() {
		this.postgres.client().sql("drop table ratelimit_rule").update();
		try (FollowingInstance instance = new FollowingInstance(this.postgres, RuleExchange.NONE,
				new RuleFollowerSettings(NEVER, TIMEOUT, false), (dataSource) -> {
					throw new IllegalStateException("permission denied for schema public");
				})
			.start()) {
			assertThat(instance.status().error()).contains("permission denied for schema public");
		}
	}

	@Test
	void othersFollowByPollingAlone() {
		try (FollowingInstance one = instance(RuleExchange.NONE, NEVER, false);
				FollowingInstance other = instance(RuleExchange.NONE, Duration.ofMillis(100), false)) {
			one.save(RULE);
			await().untilAsserted(() -> assertThat(other.rules()).contains(RULE));
			this.postgres.client().sql("update ratelimit_rule set rule = '{\"rate\": \"6/s\"}'").update();
			await().untilAsserted(() -> assertThat(other.rules()).contains(OTHER));
		}
	}

	@Test
	void othersFollowByTheExchangeAlone() {
		SharedBoard board = new SharedBoard();
		try (FollowingInstance one = instance(board, NEVER, false);
				FollowingInstance other = instance(board, NEVER, false)) {
			one.save(RULE);
			await().untilAsserted(() -> assertThat(other.rules()).contains(RULE));
			other.delete(RULE);
			await().untilAsserted(() -> assertThat(one.rules()).containsExactly(FollowingInstance.CONFIGURED));
		}
	}

	@Test
	void listensAgainAfterTheConnectionWasEnded() {
		try (FollowingInstance one = instance(RuleExchange.NONE, NEVER, true);
				FollowingInstance other = instance(RuleExchange.NONE, NEVER, false)) {
			awaitListeners(1);
			this.postgres.client()
				.sql("select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %'")
				.query((result, number) -> number)
				.list();
			other.save(RULE);
			await().untilAsserted(() -> assertThat(one.rules()).contains(RULE));
			awaitListeners(1);
			other.save(OTHER);
			await().untilAsserted(() -> assertThat(one.rules()).contains(OTHER));
		}
	}

	@Test
	void hearsAgainAfterItWasStartedAnew() {
		SharedBoard board = new SharedBoard();
		try (FollowingInstance one = instance(board, NEVER, false);
				FollowingInstance listening = instance(RuleExchange.NONE, NEVER, true);
				FollowingInstance other = instance(board, NEVER, false)) {
			one.follower().close();
			listening.follower().close();
			other.save(OTHER);
			assertThat(one.rules()).containsExactly(FollowingInstance.CONFIGURED);
			one.start().start();
			listening.start();
			assertThat(board.listeners()).isEqualTo(2);
			assertThat(one.rules()).contains(OTHER);
			awaitListeners(1);
			other.save(RULE);
			await().untilAsserted(() -> assertThat(one.rules()).contains(RULE));
			await().untilAsserted(() -> assertThat(listening.rules()).contains(RULE));
		}
	}

	@Test
	void leavesNoConnectionThatListensInThePool() {
		try (FollowingInstance instance = instance(RuleExchange.NONE, NEVER, true)) {
			awaitListeners(1);
			instance.follower().close();
			awaitListeners(0);
			assertThat(instance.pool().getHikariPoolMXBean().getActiveConnections()).isZero();
		}
	}

	private FollowingInstance instance(RuleExchange exchange, Duration pollInterval, boolean listen) {
		return new FollowingInstance(this.postgres, exchange, new RuleFollowerSettings(pollInterval, TIMEOUT, listen))
			.start();
	}

	private void awaitListeners(int number) {
		await().untilAsserted(() -> {
			List<String> listening = this.postgres.client()
				.sql("select query from pg_stat_activity where query like 'listen %'")
				.query(String.class)
				.list();
			assertThat(listening).hasSize(number);
		});
	}

	/**
	 * Where nothing is kept when it is looked at, because another instance has removed
	 * it.
	 */
	private static final class UnchangedRepository implements RuleRepository {

		@Override
		public LoadedRules load() {
			return new LoadedRules(List.of(), List.of());
		}

		@Override
		public String mark() {
			return "0";
		}

		@Override
		public SavedRule save(Rule rule, @Nullable Long version, String changedBy) {
			throw new UnsupportedOperationException();
		}

		@Override
		public boolean delete(RuleTarget target, @Nullable Instant validFrom, @Nullable Long version,
				String changedBy) {
			throw new UnsupportedOperationException();
		}

		@Override
		public List<RuleChange> history(int limit) {
			throw new UnsupportedOperationException();
		}

	}

}
