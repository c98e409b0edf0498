package io.github.ratelimit.benchmarks;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/**
 * The report of a comparison: the aims first, then what they are taken from.
 */
final class ComparisonReport {

	private static final String COMMAND = "mvn -q -pl benchmarks -am test-compile exec:java "
			+ "-Dexec.mainClass=io.github.ratelimit.benchmarks.Comparison";

	private final StringBuilder text = new StringBuilder();

	private final Pace pace;

	ComparisonReport(Pace pace) {
		this.pace = pace;
	}

	ComparisonReport begin(MeasuredRedis redis) {
		add("# Comparison");
		if (this.pace.quick()) {
			add("A quick run, to look whether all works: fewer rounds, shorter and with fewer keys. Its figures are no "
					+ "measurement.");
		}
		add("""
				- Date: %s, commit %s
				- Command: `%s%s`
				- Machine: %s
				- Versions: %s
				- Rounds: %d after one to get warm, contenders in alternating order%s""".formatted(
				LocalDate.now(ZoneOffset.UTC), Machine.commit(), COMMAND,
				this.pace.quick() ? " -Dexec.args=--quick" : "", Machine.text(), Machine.versions(redis),
				this.pace.rounds(), this.pace.quick() ? "" : ", garbage collected before each turn"));
		return this;
	}

	ComparisonReport aims(List<Aim> aims) {
		add("## Aims");
		MarkdownTable table = new MarkdownTable("what", "aim", "measured", "met");
		aims.forEach((aim) -> table.row(aim.what(), aim.aim(), aim.measured(), aim.met() ? "yes" : "**no**"));
		add(table.toString());
		add("Each figure is a ratio of two that were measured in the same round where it names two: the median of the "
				+ "rounds, and their quartiles. The least and the most would tell of what else the machine did.");
		String heldBack = new HeldBack().of(aims);
		if (!heldBack.isEmpty()) {
			add("What holds back those that are not met:");
			add(heldBack);
		}
		return this;
	}

	ComparisonReport section(String title, String... paragraphs) {
		add("## " + title);
		List.of(paragraphs).forEach(this::add);
		return this;
	}

	ComparisonReport tables(String title, String introduction, List<Results> results) {
		section(title, introduction);
		for (Results scene : results) {
			add("### " + title + ": " + scene.scene().title());
			add(ComparisonTable.of(scene));
		}
		return this;
	}

	private void add(String paragraph) {
		this.text.append(paragraph.stripTrailing()).append("\n\n");
	}

	@Override
	public String toString() {
		return this.text.toString().stripTrailing() + "\n";
	}

}
