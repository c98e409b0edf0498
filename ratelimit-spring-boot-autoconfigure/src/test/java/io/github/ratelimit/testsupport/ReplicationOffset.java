package io.github.ratelimit.testsupport;

/**
 * How much of what a primary was told a server has.
 */
final class ReplicationOffset {

	private static final String NAME = "master_repl_offset:";

	private ReplicationOffset() {
	}

	/**
	 * Return the offset.
	 * @param info what the server says of its replication: of its own, be it primary or
	 * replica
	 */
	static long of(String info) {
		return info.lines()
			.filter((line) -> line.startsWith(NAME))
			.map((line) -> Long.valueOf(line.substring(NAME.length()).trim()))
			.findFirst()
			.orElseThrow();
	}

}
