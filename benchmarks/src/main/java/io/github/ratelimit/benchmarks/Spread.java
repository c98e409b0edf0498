package io.github.ratelimit.benchmarks;

import java.util.Arrays;
import java.util.function.DoubleFunction;

/**
 * What several rounds of a measurement gave.
 *
 * @param median the one in the middle
 * @param least the smallest
 * @param most the largest
 */
record Spread(double median, double least, double most) {

	static Spread of(double... figures) {
		double[] sorted = figures.clone();
		Arrays.sort(sorted);
		int middle = sorted.length / 2;
		double median = (sorted.length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
		return new Spread(median, sorted[0], sorted[sorted.length - 1]);
	}

	/**
	 * Return what this is to another, round by round.
	 */
	static Spread ratio(double[] figures, double[] others) {
		double[] ratios = new double[figures.length];
		Arrays.setAll(ratios, (i) -> figures[i] / others[i]);
		return of(ratios);
	}

	String text(DoubleFunction<String> format) {
		return "%s (%s to %s)".formatted(format.apply(this.median), format.apply(this.least), format.apply(this.most));
	}

}
