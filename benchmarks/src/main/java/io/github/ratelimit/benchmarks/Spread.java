package io.github.ratelimit.benchmarks;

import java.util.Arrays;
import java.util.function.DoubleFunction;

/**
 * What several rounds of a measurement gave.
 *
 * @param median the one in the middle
 * @param least the smallest
 * @param most the largest
 * @param lower the lower quartile
 * @param upper the upper quartile
 */
record Spread(double median, double least, double most, double lower, double upper) {

	static Spread of(double... figures) {
		double[] sorted = figures.clone();
		Arrays.sort(sorted);
		return new Spread(at(sorted, 0.5), sorted[0], sorted[sorted.length - 1], at(sorted, 0.25), at(sorted, 0.75));
	}

	/**
	 * Return what this is to another, round by round.
	 */
	static Spread ratio(double[] figures, double[] others) {
		double[] ratios = new double[figures.length];
		Arrays.setAll(ratios, (i) -> figures[i] / others[i]);
		return of(ratios);
	}

	/**
	 * Return the figure that a share of them is below, in between two where it falls so.
	 */
	private static double at(double[] sorted, double share) {
		double place = share * (sorted.length - 1);
		int before = (int) place;
		int after = Math.min(before + 1, sorted.length - 1);
		return sorted[before] + (place - before) * (sorted[after] - sorted[before]);
	}

	/**
	 * Return the median, and the quartiles: one slow round does not move them.
	 */
	String quartiles(DoubleFunction<String> format) {
		return "%s (%s to %s)".formatted(format.apply(this.median), format.apply(this.lower), format.apply(this.upper));
	}

	/**
	 * Return the median, the least and the most.
	 */
	String text(DoubleFunction<String> format) {
		return "%s (%s to %s)".formatted(format.apply(this.median), format.apply(this.least), format.apply(this.most));
	}

}
