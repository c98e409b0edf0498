package io.github.ratelimit.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The section of the README that tells what a comparison measured. Its rows are those of
 * the report, word for word.
 */
final class ReadmeSection {

	static final String REPORT = "benchmarks/REPORT.md";

	static final String README = "README.md";

	private static final String HEADING = "## How fast";

	private static final String BEFORE = "## Beside others";

	private static final String AIMS = "## Aims";

	private static final String QUICK = "A quick run";

	private static final String NEXT = "\n## ";

	private ReadmeSection() {
	}

	/**
	 * Write the section into the README, in place of what stands there, or else after
	 * what tells of others, and figures into that.
	 * @param root the directory of the project
	 */
	static void write(Path root) throws IOException {
		String report = Files.readString(root.resolve(REPORT));
		String section = of(report);
		Path readme = root.resolve(README);
		String text = new BesideOthers(report).writtenInto(Files.readString(readme));
		int from = text.indexOf("\n" + HEADING + "\n") + 1;
		if (from == 0) {
			from = text.indexOf(NEXT, text.indexOf("\n" + BEFORE + "\n") + 1) + 1;
			Files.writeString(readme, text.substring(0, from) + section + "\n" + text.substring(from));
		}
		else {
			Files.writeString(readme,
					text.substring(0, from) + section + "\n" + text.substring(text.indexOf(NEXT, from) + 1));
		}
	}

	/**
	 * Return the section.
	 * @param report the report
	 */
	static String of(String report) {
		String quick = report.lines()
			.filter((line) -> line.startsWith(QUICK))
			.map((line) -> line + "\n\n")
			.findFirst()
			.orElse("");
		return """
				%s

				%sRatios of one run beside others, on one machine that runs Redis too: the median of the rounds, and their quartiles. All
				figures, machine and versions, and what holds back what is not reached, stand in [the report](%s).

				%s
				"""
			.formatted(HEADING, quick, REPORT, String.join("\n", rows(section(report, AIMS))));
	}

	/**
	 * Return the rows of the section in a README.
	 */
	static List<String> rowsOf(String readme) {
		return rows(section(readme, HEADING));
	}

	private static List<String> rows(String text) {
		return text.lines().filter((line) -> line.startsWith("|")).collect(Collectors.toList());
	}

	/**
	 * Return a section of a document, or nothing where there is none.
	 */
	private static String section(String document, String heading) {
		int from = document.indexOf("\n" + heading + "\n");
		if (from < 0) {
			return "";
		}
		int to = document.indexOf(NEXT, from + 1);
		return document.substring(from, (to < 0) ? document.length() : to);
	}

}
