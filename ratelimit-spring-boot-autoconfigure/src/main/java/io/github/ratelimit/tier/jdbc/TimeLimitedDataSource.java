package io.github.ratelimit.tier.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Connections over which nothing is waited for longer than a time: a database that is
 * frozen, or a network that swallows what is sent, would hold a thread for ever. Those of
 * a pool have the time of their own again when they go back to it.
 * <p>
 * A query timeout does not do, because it is the database that has to obey it.
 */
public final class TimeLimitedDataSource extends DelegatingDataSource {

	private static final Log logger = LogFactory.getLog(TimeLimitedDataSource.class);

	private final int timeoutMillis;

	/**
	 * Create a data source.
	 * @param target where connections come from
	 * @param timeout how long to wait for an answer, above zero
	 */
	public TimeLimitedDataSource(DataSource target, Duration timeout) {
		super(target);
		this.timeoutMillis = (int) Math.max(1, Math.min(Integer.MAX_VALUE, timeout.toMillis()));
	}

	@Override
	public Connection getConnection() throws SQLException {
		return limited(super.getConnection());
	}

	@Override
	public Connection getConnection(String username, String password) throws SQLException {
		return limited(super.getConnection(username, password));
	}

	private Connection limited(Connection connection) {
		int before;
		try {
			before = connection.getNetworkTimeout();
			connection.setNetworkTimeout(Runnable::run, this.timeoutMillis);
		}
		catch (SQLFeatureNotSupportedException ex) {
			logger.debug("The driver knows no network timeout", ex);
			return connection;
		}
		catch (SQLException ex) {
			logger.debug("Whatever uses the connection will fail", ex);
			return connection;
		}
		return (Connection) Proxy.newProxyInstance(TimeLimitedDataSource.class.getClassLoader(),
				new Class<?>[] { Connection.class }, (proxy, method, arguments) -> {
					if (method.getName().equals("close")) {
						restore(connection, before);
					}
					return invoke(connection, method, arguments);
				});
	}

	private static void restore(Connection connection, int timeoutMillis) {
		try {
			if (!connection.isClosed()) {
				connection.setNetworkTimeout(Runnable::run, timeoutMillis);
			}
		}
		catch (SQLException ex) {
			logger.debug("A connection that is broken is not used again", ex);
		}
	}

	private static @Nullable Object invoke(Connection connection, Method method, Object @Nullable [] arguments)
			throws Throwable {
		try {
			return method.invoke(connection, arguments);
		}
		catch (InvocationTargetException ex) {
			throw (ex.getCause() != null) ? ex.getCause() : ex;
		}
	}

}
