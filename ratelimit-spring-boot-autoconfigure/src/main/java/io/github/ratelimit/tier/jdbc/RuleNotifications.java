package io.github.ratelimit.tier.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Hears what PostgreSQL tells of changes of rules, on a thread and over a connection of
 * its own. Where there is no PostgreSQL, or it does not answer, nobody misses it: rules
 * are looked for all the same.
 */
final class RuleNotifications implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(RuleNotifications.class);

	// So soon it is seen that nobody wants to hear any more
	private static final int WAIT_MILLIS = 250;

	/**
	 * How often a connection is asked whether it is still there, which it does not tell
	 * by itself.
	 */
	private static final long CHECK_NANOS = Duration.ofSeconds(10).toNanos();

	private static final long MIN_RETRY_MILLIS = 250;

	private static final long MAX_RETRY_MILLIS = 8_000;

	private final DataSource dataSource;

	private final Runnable changed;

	private final CountDownLatch closed = new CountDownLatch(1);

	private final Thread thread = new Thread(this::run, "ratelimit-rules-listen");

	private long retryMillis = MIN_RETRY_MILLIS;

	/**
	 * Create what does not listen yet.
	 * @param dataSource the database
	 * @param changed called after each change, and whenever one may have been missed
	 */
	RuleNotifications(DataSource dataSource, Runnable changed) {
		this.dataSource = Objects.requireNonNull(dataSource, "dataSource must not be null");
		this.changed = Objects.requireNonNull(changed, "changed must not be null");
		this.thread.setDaemon(true);
	}

	void start() {
		this.thread.start();
	}

	private void run() {
		try {
			do {
				if (!listen()) {
					return;
				}
			}
			while (!this.closed.await(this.retryMillis, TimeUnit.MILLISECONDS));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Listen until the end, or until the connection is lost.
	 * @return whether to try again
	 */
	private boolean listen() {
		try (Connection connection = this.dataSource.getConnection()) {
			if (!connection.isWrapperFor(PGConnection.class)) {
				logger.debug("The database is no PostgreSQL, which would tell of changes");
				return false;
			}
			boolean autoCommit = connection.getAutoCommit();
			connection.setAutoCommit(true);
			execute(connection, "listen " + JdbcRuleRepository.CHANNEL);
			try {
				this.changed.run();
				this.retryMillis = MIN_RETRY_MILLIS;
				hear(connection);
			}
			finally {
				release(connection, autoCommit);
			}
			return false;
		}
		catch (SQLException | RuntimeException ex) {
			logger.debug("PostgreSQL cannot be listened to, next try in " + this.retryMillis + " ms", ex);
			this.retryMillis = Math.min(MAX_RETRY_MILLIS, this.retryMillis * 2);
			return true;
		}
	}

	/**
	 * Have a connection that goes back to its pool be like the others.
	 */
	private static void release(Connection connection, boolean autoCommit) {
		try {
			execute(connection, "unlisten " + JdbcRuleRepository.CHANNEL);
			connection.setAutoCommit(autoCommit);
		}
		catch (SQLException ex) {
			logger.debug("A connection that is broken listens no more", ex);
		}
	}

	private void hear(Connection connection) throws SQLException {
		PGConnection postgres = connection.unwrap(PGConnection.class);
		long checkedAt = System.nanoTime();
		while (this.closed.getCount() > 0) {
			PGNotification[] told = postgres.getNotifications(WAIT_MILLIS);
			if (told != null && told.length > 0) {
				this.changed.run();
			}
			if (System.nanoTime() - checkedAt > CHECK_NANOS) {
				execute(connection, "select 1");
				checkedAt = System.nanoTime();
			}
		}
	}

	private static void execute(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	/**
	 * Listen no more. Does not wait for a database that does not answer.
	 */
	@Override
	public void close() {
		this.closed.countDown();
		try {
			this.thread.join(2L * WAIT_MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
