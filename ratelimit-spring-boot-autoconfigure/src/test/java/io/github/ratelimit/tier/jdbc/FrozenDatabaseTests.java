package io.github.ratelimit.tier.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.testsupport.PostgresProcess;
import io.github.ratelimit.tier.Rule;
import io.github.ratelimit.tier.json.RuleJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for {@link JdbcRuleRepository} on a PostgreSQL that is frozen.
 */
@ExtendWith(OutputCaptureExtension.class)
class FrozenDatabaseTests {

	private static final Rule RULE = FollowingInstance.rule("user:42", "5/s");

	private static final List<Consumer<JdbcRuleRepository>> CALLS = List.of(JdbcRuleRepository::load,
			JdbcRuleRepository::mark, (repository) -> repository.history(1),
			(repository) -> repository.save(RULE, null, "alice"),
			(repository) -> repository.delete(RULE.target(), null, null, "alice"));

	@Test
	void failsWithoutAnErrorInTheLog(CapturedOutput output) throws SQLException {
		try (PostgresProcess postgres = PostgresProcess.create()) {
			RuleDatabase.createTables(postgres.dataSource());
			// No more can be had while it is frozen, and each call loses one
			List<Connection> connections = new ArrayList<>();
			for (int i = 0; i < CALLS.size(); i++) {
				connections.add(postgres.dataSource().getConnection());
			}
			postgres.freeze();
			try {
				for (int i = 0; i < CALLS.size(); i++) {
					Consumer<JdbcRuleRepository> call = CALLS.get(i);
					JdbcRuleRepository repository = repository(connections.get(i));
					assertThatException().isThrownBy(() -> call.accept(repository)).withMessageContaining("select");
				}
			}
			finally {
				postgres.resume();
			}
		}
		assertThat(output).doesNotContain("ERROR").doesNotContain("overridden");
	}

	private static JdbcRuleRepository repository(Connection connection) {
		return new JdbcRuleRepository(
				new TimeLimitedDataSource(new SingleConnectionDataSource(connection, true), Duration.ofMillis(200)),
				new RuleJson(Algorithm.TOKEN_BUCKET), InstantSource.system());
	}

}
