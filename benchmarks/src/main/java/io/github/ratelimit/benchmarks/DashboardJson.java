package io.github.ratelimit.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.ratelimit.observation.RateLimitMeter.DecisionTag;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.json.JsonMapper;

/**
 * The file that Grafana reads a dashboard from.
 *
 * @param panels its graphs, those of one row after the other
 */
record DashboardJson(List<DashboardPanel> panels) {

	private static final Map<String, Object> DATA_SOURCE = ordered("type", "prometheus", "uid", "${datasource}");

	private static final int WIDTH = 12;

	private static final int HEIGHT = 8;

	private static final int COLUMNS = 2;

	private static final int SCHEMA_VERSION = 39;

	String text() {
		DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
		DefaultPrettyPrinter printer = new DefaultPrettyPrinter().withObjectIndenter(indenter)
			.withArrayIndenter(indenter);
		return JsonMapper.builder()
			.defaultPrettyPrinter(printer)
			.build()
			.writerWithDefaultPrettyPrinter()
			.writeValueAsString(dashboard()) + "\n";
	}

	private Map<String, Object> dashboard() {
		return ordered("uid", "ratelimiter", "title", "Rate limiter", "tags", List.of("ratelimiter"), "editable", true,
				"schemaVersion", SCHEMA_VERSION, "refresh", "10s", "time", ordered("from", "now-30m", "to", "now"),
				"templating", ordered("list", List.of(dataSourceVariable(), tierVariable())), "panels", placed());
	}

	private static Map<String, Object> dataSourceVariable() {
		return ordered("name", "datasource", "label", "Data source", "type", "datasource", "query", "prometheus");
	}

	private static Map<String, Object> tierVariable() {
		String tier = DecisionTag.TIER.asString();
		return ordered("name", tier, "label", "Tier", "type", "query", "datasource", DATA_SOURCE, "query",
				"label_values(" + DashboardPanels.decisions() + ", " + tier + ")", "refresh", 2, "multi", true,
				"includeAll", true, "allValue", ".*", "current", ordered("text", "All", "value", "$__all"));
	}

	/**
	 * Return the graphs, two beside each other, under the headings of their rows.
	 */
	private List<Object> placed() {
		List<Object> placed = new ArrayList<>();
		String row = "";
		int column = 0;
		int y = 0;
		for (DashboardPanel panel : this.panels) {
			if (!panel.row().equals(row)) {
				y += (column > 0) ? HEIGHT : 0;
				row = panel.row();
				column = 0;
				placed.add(ordered("id", placed.size() + 1, "type", "row", "title", row, "collapsed", false, "gridPos",
						place(0, y++, COLUMNS * WIDTH, 1), "panels", List.of()));
			}
			placed.add(graph(placed.size() + 1, panel, place(column * WIDTH, y, WIDTH, HEIGHT)));
			column = (column + 1) % COLUMNS;
			y += (column == 0) ? HEIGHT : 0;
		}
		return placed;
	}

	private static Map<String, Object> graph(int id, DashboardPanel panel, Map<String, Object> place) {
		List<Object> targets = new ArrayList<>();
		for (DashboardPanel.Query query : panel.queries()) {
			targets.add(ordered("refId", Character.toString('A' + targets.size()), "datasource", DATA_SOURCE, "expr",
					query.expression(), "legendFormat", query.legend()));
		}
		return ordered("id", id, "type", "timeseries", "title", panel.title(), "description", panel.description(),
				"datasource", DATA_SOURCE, "gridPos", place, "fieldConfig",
				ordered("defaults", ordered("unit", panel.unit(), "min", 0), "overrides", List.of()), "targets",
				targets);
	}

	private static Map<String, Object> place(int x, int y, int width, int height) {
		return ordered("x", x, "y", y, "w", width, "h", height);
	}

	private static Map<String, Object> ordered(Object... namesAndValues) {
		Map<String, Object> ordered = new LinkedHashMap<>();
		for (int i = 0; i < namesAndValues.length; i += 2) {
			ordered.put((String) namesAndValues[i], namesAndValues[i + 1]);
		}
		return ordered;
	}

}
