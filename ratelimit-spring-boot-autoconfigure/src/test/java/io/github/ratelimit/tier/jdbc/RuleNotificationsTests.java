package io.github.ratelimit.tier.jdbc;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RuleNotifications}.
 */
class RuleNotificationsTests {

	@Test
	void connectionListensNoMoreWhenWhatIsToldFails() throws InterruptedException {
		try (HikariDataSource pool = new HikariDataSource()) {
			pool.setJdbcUrl(RuleDatabase.empty().url());
			pool.setMaximumPoolSize(1);
			pool.setAutoCommit(false);
			CountDownLatch failed = new CountDownLatch(2);
			RuleNotifications notifications = new RuleNotifications(pool, () -> {
				failed.countDown();
				throw new IllegalStateException("Nobody is there to be told");
			});
			notifications.start();
			assertThat(failed.await(30, TimeUnit.SECONDS)).isTrue();
			notifications.close();
			assertThat(JdbcClient.create(pool).sql("select pg_listening_channels()").query(String.class).list())
				.isEmpty();
		}
	}

}
