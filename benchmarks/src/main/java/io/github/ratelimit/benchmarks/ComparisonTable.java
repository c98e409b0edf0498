package io.github.ratelimit.benchmarks;

import java.util.Locale;

import io.github.ratelimit.benchmarks.contender.Peer;

/**
 * Prints what contenders gave in one scene, and what ours is to each.
 */
final class ComparisonTable {

	private static final String[] COLUMNS = { "limiter", "callers", "decisions/s (quartiles)", "p50, us", "p99, us",
			"Redis commands", "Redis CPU, us", "bytes allocated", "ours / this (quartiles)" };

	private ComparisonTable() {
	}

	/**
	 * Return the table.
	 * @param results what to print; ours is the first of the contenders
	 */
	static String of(Results results) {
		MarkdownTable table = new MarkdownTable(COLUMNS);
		Peer ours = results.peers().get(0);
		for (int callers : results.scene().callers()) {
			for (Peer peer : results.peers()) {
				table.row(row(peer, callers, results.of(peer, callers), results.of(ours, callers)));
			}
		}
		return table.toString();
	}

	private static String[] row(Peer peer, int callers, Series series, Series ours) {
		return new String[] { peer.name(), Integer.toString(callers),
				series.spread(Sample::perSecond).quartiles((figure) -> Report.number(Math.round(figure))),
				micros(series.spread(Sample::medianMicros)), micros(series.spread(Sample::slowMicros)),
				commands(series.spread(Sample::commands)), Report.decimal(series.spread(Sample::redisMicros).median()),
				Report.number(Math.round(series.spread(Sample::bytes).median())),
				(series == ours) ? "1" : ours.ratio(Sample::perSecond, series).quartiles(Report::ratio) };
	}

	private static String micros(Spread micros) {
		return (micros.median() < 10) ? Report.ratio(micros.median()) : Report.number(Math.round(micros.median()));
	}

	private static String commands(Spread commands) {
		double median = commands.median();
		return (median == 0 || median >= 0.01) ? Report.ratio(median) : String.format(Locale.ROOT, "%.5f", median);
	}

}
