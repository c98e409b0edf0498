package io.github.ratelimit.tier.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

import org.junit.jupiter.api.Test;

import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TimeLimitedDataSource} on a real PostgreSQL.
 */
class TimeLimitedDataSourceTests {

	@Test
	void connectionOfAPoolHasTheTimeOfItsOwnAgainWhenItGoesBack() throws SQLException {
		SingleConnectionDataSource pool = new SingleConnectionDataSource(RuleDatabase.empty().url(), true);
		try {
			pool.getConnection().setNetworkTimeout(Runnable::run, 7_000);
			try (Connection limited = new TimeLimitedDataSource(pool, Duration.ofSeconds(2)).getConnection()) {
				assertThat(limited.getNetworkTimeout()).isEqualTo(2_000);
			}
			assertThat(pool.getConnection().getNetworkTimeout()).isEqualTo(7_000);
		}
		finally {
			pool.destroy();
		}
	}

}
