package io.github.ratelimit.testsupport;

/**
 * The programs of servers that tests may start, for those that run on each.
 */
public enum RedisProgram {

	/**
	 * The one on the path, or else the embedded one.
	 */
	PREFERRED,

	/**
	 * The one that comes with a test dependency, of the oldest version that is supported.
	 */
	EMBEDDED;

	/**
	 * Start a server of a test's own.
	 * @param options further options of the server's command line
	 * @return the server, to be closed by the test
	 */
	public RedisProcess start(String... options) {
		return (this == EMBEDDED) ? RedisServers.embedded(options) : RedisServers.dedicated(options);
	}

}
