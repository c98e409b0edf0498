package io.github.ratelimit.benchmarks;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Rows of the README's table of what others do whose figures are those of the report.
 */
final class BesideOthers {

	/**
	 * What the row begins with that tells how many commands a decision takes.
	 */
	static final String COMMANDS = "| commands to Redis for an admitted call |";

	/**
	 * What the row begins with that tells the memory of a key.
	 */
	static final String BYTES = "| bytes of a key in Redis, after 1 call and after 100 |";

	private static final String REDIS = "### Redis: 100,000 keys, admitted";

	private static final String HTTP = "### HTTP: one hot key, admitted";

	private static final String KEYS = "## Bytes per key";

	private static final String NOTHING = " |";

	private final List<String> report;

	BesideOthers(String report) {
		this.report = report.lines().toList();
	}

	/**
	 * Return a document with these rows in place of those that begin like them.
	 */
	String writtenInto(String readme) {
		return readme.lines().map(this::written).collect(Collectors.joining("\n", "", "\n"));
	}

	private String written(String line) {
		if (line.startsWith(COMMANDS)) {
			return commands();
		}
		return line.startsWith(BYTES) ? bytes() : line;
	}

	/**
	 * Return what this limiter, Bucket4j's starter, the gateway, Resilience4j and
	 * Redisson send to Redis.
	 */
	private String commands() {
		return COMMANDS + commands(REDIS, "**ours, strict**") + commands(HTTP, "Bucket4j's starter, Redis")
				+ commands(REDIS, "Spring Cloud Gateway's script") + NOTHING
				+ commands(REDIS, "Redisson `RRateLimiter`");
	}

	/**
	 * Return what a key takes of the same.
	 */
	private String bytes() {
		return BYTES + bytes("**ours, strict**") + bytes("Bucket4j, Lettuce") + bytes("Spring Cloud Gateway's script")
				+ NOTHING + bytes("Redisson `RRateLimiter`");
	}

	/**
	 * Return commands for a decision where callers are so few that none travel together.
	 */
	private String commands(String section, String limiter) {
		return " " + new BigDecimal(cells(section, limiter).get(5)).stripTrailingZeros().toPlainString() + " |";
	}

	private String bytes(String limiter) {
		List<String> cells = cells(KEYS, limiter);
		return cells.get(1).equals(cells.get(2)) ? " %s |".formatted(cells.get(1))
				: " %s then %s |".formatted(cells.get(1), cells.get(2));
	}

	/**
	 * Return the cells of the first row of a limiter in a section.
	 */
	private List<String> cells(String section, String limiter) {
		return this.report.stream()
			.dropWhile((line) -> !line.equals(section))
			.skip(1)
			.takeWhile((line) -> !line.startsWith("#"))
			.filter((line) -> line.startsWith("| " + limiter + " |"))
			.findFirst()
			.map((line) -> List.of(line.substring(2).split(" \\| ?")))
			.orElseThrow(
					() -> new IllegalStateException("The report has no row '%s' in '%s'".formatted(limiter, section)));
	}

}
