package io.github.ratelimit.tier.jdbc;

import java.time.Duration;
import java.time.Instant;

import io.github.ratelimit.testsupport.PostgresProcess;
import io.github.ratelimit.tier.Rule;
import io.github.ratelimit.tier.RulesStatus;
import io.github.ratelimit.tier.RulesStatus.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;

/**
 * Tests what holds while PostgreSQL is stopped or frozen.
 */
@ExtendWith(OutputCaptureExtension.class)
class RuleOutageTests {

	private static final RuleFollowerSettings SETTINGS = new RuleFollowerSettings(Duration.ofMillis(100),
			Duration.ofSeconds(1), true);

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final Rule RULE = FollowingInstance.rule("user:42", "5/s");

	private static final Rule OTHER = FollowingInstance.rule("user:42", "6/s");

	private final SharedBoard board = new SharedBoard();

	private PostgresProcess postgres;

	@BeforeEach
	void setUp() {
		this.postgres = PostgresProcess.create();
	}

	@AfterEach
	void tearDown() {
		this.postgres.close();
	}

	@Test
	void lastRulesHoldWhilePostgresIsFrozen(CapturedOutput output) {
		try (FollowingInstance instance = instance().start()) {
			instance.save(RULE);
			this.postgres.freeze();
			awaitFailing(instance);
			assertThat(instance.rules()).contains(RULE);
			assertThat(instance.status().source()).isEqualTo(Source.REPOSITORY);
			assertThat(instance.status().error()).isNotBlank();
			assertThatException().isThrownBy(() -> instance.save(OTHER));
			this.postgres.resume();
			awaitReading(instance);
			instance.save(OTHER);
			assertThat(instance.rules()).contains(OTHER);
		}
		finally {
			this.postgres.resume();
		}
		assertThat(output).containsOnlyOnce("Rules cannot be read from where they are kept: ");
		assertThat(output).containsOnlyOnce("Rules are read from where they are kept again, after ");
	}

	@Test
	void lastRulesHoldWhilePostgresIsStopped() {
		try (FollowingInstance instance = instance().start()) {
			instance.save(RULE);
			this.postgres.stop();
			awaitFailing(instance);
			assertThat(instance.rules()).contains(RULE);
			this.postgres.start();
			awaitReading(instance);
			this.postgres.client().sql("update ratelimit_rule set rule = '{\"rate\": \"6/s\"}'").update();
			await().atMost(PATIENCE).untilAsserted(() -> assertThat(instance.rules()).contains(OTHER));
		}
	}

	@Test
	void coldStartTakesTheCopyOfOthers() {
		try (FollowingInstance instance = instance().start()) {
			instance.save(RULE);
		}
		this.postgres.stop();
		try (FollowingInstance cold = instance().start()) {
			assertThat(cold.rules()).containsExactlyInAnyOrder(RULE, FollowingInstance.CONFIGURED);
			assertThat(cold.status()).satisfies((status) -> {
				assertThat(status.source()).isEqualTo(Source.COPY);
				assertThat(status.readAt()).isBefore(status.failingSince());
			});
			this.postgres.start();
			awaitReading(cold);
			assertThat(cold.status().source()).isEqualTo(Source.REPOSITORY);
		}
	}

	@Test
	void coldStartWithoutACopyTakesTheConfiguration() {
		this.postgres.stop();
		try (FollowingInstance cold = instance().start()) {
			assertThat(cold.rules()).containsExactly(FollowingInstance.CONFIGURED);
			assertThat(cold.status().source()).isEqualTo(Source.CONFIGURATION);
			assertThat(cold.status().failingSince()).isNotNull();
			this.postgres.start();
			awaitReading(cold);
		}
	}

	@Test
	void damagedCopyIsNotUsed() {
		this.postgres.stop();
		this.board.keep("{\"format\": 2, \"rules\": 7}");
		try (FollowingInstance cold = instance().start()) {
			assertThat(cold.status().source()).isEqualTo(Source.CONFIGURATION);
			this.board.keep("{");
			cold.follower().changed();
			this.board.keep("{\"format\": 1, \"read_at\": \"2026-11-21T12:00:00Z\","
					+ " \"rules\": [{\"client_id\": \"user:42\", \"rate\": \"5/s\"}, {\"rate\": \"5/fortnight\"}]}");
			await().atMost(PATIENCE).untilAsserted(() -> assertThat(cold.status().source()).isEqualTo(Source.COPY));
			assertThat(cold.rules()).contains(RULE);
			assertThat(cold.status().readAt()).isEqualTo(Instant.parse("2026-11-21T12:00:00Z"));
		}
	}

	@Test
	void neitherStartNorEndWaitForAFrozenDatabase() {
		try (FollowingInstance first = instance().start()) {
			first.save(RULE);
			await().atMost(PATIENCE).until(() -> String.valueOf(this.board.find()).contains("user:42"));
			this.postgres.freeze();
			long before = System.nanoTime();
			FollowingInstance cold = instance().start();
			assertThat(cold.rules()).contains(RULE);
			assertThat(cold.status().source()).isEqualTo(Source.COPY);
			cold.follower().close();
			assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
			this.postgres.resume();
			cold.close();
		}
		finally {
			this.postgres.resume();
		}
	}

	private FollowingInstance instance() {
		return new FollowingInstance(this.postgres, this.board, SETTINGS);
	}

	private static void awaitFailing(FollowingInstance instance) {
		await().atMost(PATIENCE).until(() -> instance.status().failingSince() != null);
	}

	private static void awaitReading(FollowingInstance instance) {
		await().atMost(PATIENCE).untilAsserted(() -> {
			RulesStatus status = instance.status();
			assertThat(status.failingSince()).isNull();
			assertThat(status.error()).isNull();
			assertThat(status.source()).isEqualTo(Source.REPOSITORY);
		});
	}

}
