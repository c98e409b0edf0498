package io.github.ratelimit.benchmarks;

import java.util.List;

/**
 * A graph of the dashboard.
 *
 * @param row heading that it stands under
 * @param title title
 * @param description what it shows, for people to read
 * @param unit unit of the axis, as Grafana calls it
 * @param queries what is drawn
 */
record DashboardPanel(String row, String title, String description, String unit, List<Query> queries) {

	/**
	 * What is asked of Prometheus.
	 *
	 * @param expression the expression
	 * @param legend what a line is called
	 */
	record Query(String expression, String legend) {

	}

}
