package io.github.ratelimit.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What this project aims at, and what was measured of it.
 *
 * @param id name under which it is told what holds it back
 * @param what what is measured
 * @param aim what is aimed at
 * @param figures what was measured; the aim is met where all are
 */
record Aim(String id, String what, String aim, List<Figure> figures) {

	Aim(String id, String what, String aim, Figure... figures) {
		this(id, what, aim, List.of(figures));
	}

	boolean met() {
		return this.figures.stream().allMatch(Figure::met);
	}

	String measured() {
		return this.figures.stream().map(Figure::text).collect(Collectors.joining("; "));
	}

	/**
	 * One of the figures.
	 *
	 * @param title what it is
	 * @param spread what the rounds gave
	 * @param bound what it is to reach, or not to exceed
	 * @param least whether the bound is to be reached
	 */
	record Figure(String title, Spread spread, double bound, boolean least) {

		static Figure atLeast(String title, double bound, Spread spread) {
			return new Figure(title, spread, bound, true);
		}

		static Figure atMost(String title, double bound, Spread spread) {
			return new Figure(title, spread, bound, false);
		}

		boolean met() {
			return this.least ? this.spread.median() >= this.bound : this.spread.median() <= this.bound;
		}

		String text() {
			return "%s **%s** (%s to %s)%s".formatted(this.title, number(this.spread.median()),
					number(this.spread.lower()), number(this.spread.upper()), met() ? "" : ", not met");
		}

		private static String number(double number) {
			if (number == Math.rint(number) || number >= 100) {
				return Report.number(Math.round(number));
			}
			if (number < 0.00001) {
				return "below 0.00001";
			}
			return String.format(Locale.ROOT, (number < 0.01) ? "%.5f" : "%.2f", number);
		}

	}

}
