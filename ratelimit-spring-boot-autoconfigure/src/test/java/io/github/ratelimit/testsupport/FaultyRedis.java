package io.github.ratelimit.testsupport;

import org.jspecify.annotations.Nullable;

/**
 * A Redis server of a test's own that clients reach by a {@link FaultyProxy}: what a
 * {@link RedisFault} happens to. Not safe for use by many threads.
 */
public final class FaultyRedis implements AutoCloseable {

	static final String USER = "limiter";

	static final String PASSWORD = "secret";

	/**
	 * Slow enough to be seen while it loads what {@link #restartSlowly()} saves: 300 keys
	 * of 5 ms each.
	 */
	private static final int FILLING_KEYS = 300;

	private static final int FILLING_BYTES = 128 * 1024;

	private final RedisProcess server = RedisServers.dedicated("--user", USER, "on", ">" + PASSWORD, "~*", "+@all",
			"--rdbcompression", "no", "--key-load-delay", "5000");

	private final FaultyProxy proxy = FaultyProxy.to(this.server.port());

	private @Nullable RedisProbe admin;

	private @Nullable String maxClients;

	/**
	 * Return where clients connect to, without a password.
	 * @return the address of the proxy
	 */
	public String uri() {
		return "redis://127.0.0.1:" + this.proxy.port();
	}

	/**
	 * Return where clients connect to as a user who has a password.
	 * @return the address of the proxy, user and password
	 */
	public String uriWithPassword() {
		return "redis://" + USER + ":" + PASSWORD + "@127.0.0.1:" + this.proxy.port();
	}

	/**
	 * Return the way to the server.
	 * @return the proxy
	 */
	public FaultyProxy proxy() {
		return this.proxy;
	}

	/**
	 * Return the server itself.
	 * @return the server
	 */
	RedisProcess server() {
		return this.server;
	}

	/**
	 * Return a connection that faults leave alone, until the server is stopped.
	 * @return the connection, not by the proxy
	 */
	public RedisProbe admin() {
		RedisProbe probe = this.admin;
		if (probe == null) {
			probe = RedisProbe.of(this.server.uri());
			this.admin = probe;
		}
		return probe;
	}

	void closeAdmin() {
		if (this.admin != null) {
			this.admin.close();
			this.admin = null;
		}
	}

	void saveWithFilling() {
		admin().saveWithFilling(FILLING_KEYS, FILLING_BYTES);
		closeAdmin();
	}

	/**
	 * Leave room for the one connection that is not the clients'.
	 */
	void admitNoClients() {
		this.maxClients = admin().configuration("maxclients");
		admin().configure("maxclients", "1");
		admin().killOtherConnections();
	}

	void admitClients() {
		if (this.maxClients != null) {
			admin().configure("maxclients", this.maxClients);
		}
	}

	@Override
	public void close() {
		this.proxy.close();
		closeAdmin();
		this.server.close();
	}

}
