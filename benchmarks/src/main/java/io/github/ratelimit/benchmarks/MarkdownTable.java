package io.github.ratelimit.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A table of Markdown whose columns but the first are numbers.
 */
final class MarkdownTable {

	private final List<String> lines = new ArrayList<>();

	MarkdownTable(String... columns) {
		row(columns);
		this.lines.add("|---|" + "---:|".repeat(columns.length - 1));
	}

	MarkdownTable row(String... cells) {
		this.lines.add(List.of(cells).stream().collect(Collectors.joining(" | ", "| ", " |")));
		return this;
	}

	@Override
	public String toString() {
		return String.join("\n", this.lines) + "\n";
	}

}
