package io.github.ratelimit.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What the rounds of a measurement gave, in their order.
 */
final class Series {

	private final List<Sample> samples = new ArrayList<>();

	void add(Sample sample) {
		this.samples.add(sample);
	}

	/**
	 * Return one figure of each round.
	 */
	double[] figures(ToDoubleFunction<Sample> figure) {
		return this.samples.stream().mapToDouble(figure).toArray();
	}

	Spread spread(ToDoubleFunction<Sample> figure) {
		return Spread.of(figures(figure));
	}

	/**
	 * Return what a figure of this is to that of another one, round by round.
	 */
	Spread ratio(ToDoubleFunction<Sample> figure, Series other) {
		return Spread.ratio(figures(figure), other.figures(figure));
	}

}
