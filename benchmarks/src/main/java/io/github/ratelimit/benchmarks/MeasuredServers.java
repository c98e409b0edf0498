package io.github.ratelimit.benchmarks;

import java.util.Map;
import java.util.stream.Collectors;

import io.github.ratelimit.benchmarks.contender.CommandCost;

/**
 * Servers that contenders count in, one or a cluster, and what they say of themselves.
 */
interface MeasuredServers {

	/**
	 * What lines of {@code INFO commandstats} begin with.
	 */
	String STATISTIC = "cmdstat_";

	/**
	 * Return where contenders find them that are told by an address.
	 */
	String uri();

	/**
	 * Forget all keys.
	 */
	void clear();

	/**
	 * Forget what commands have cost so far.
	 */
	void resetCosts();

	/**
	 * Return what commands have cost, by their names.
	 */
	Map<String, CommandCost> costs();

	/**
	 * Return what commands have cost one server.
	 * @param commandstats what it says of them
	 */
	static Map<String, CommandCost> costs(String commandstats) {
		return commandstats.lines()
			.filter((line) -> line.startsWith(STATISTIC))
			.collect(Collectors.toMap((line) -> line.substring(STATISTIC.length(), line.indexOf(':')),
					(line) -> new CommandCost(figure(line, "calls="), figure(line, "usec="))));
	}

	private static double figure(String line, String name) {
		int from = line.indexOf(name) + name.length();
		return Double.parseDouble(line.substring(from, line.indexOf(',', from)));
	}

}
