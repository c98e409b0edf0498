package io.github.ratelimit.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.github.ratelimit.benchmarks.Aim.Figure;
import io.github.ratelimit.benchmarks.contender.CommandCost;
import io.github.ratelimit.benchmarks.contender.Peer;
import io.github.ratelimit.benchmarks.contender.Quota;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link ComparisonReport} and what it is made of.
 */
class ComparisonReportTests {

	private static final Peer OURS = Peer.memory("ours", (setup) -> (key) -> true);

	private static final Peer OTHER = Peer.memory("other", (setup) -> (key) -> true);

	private static final Aim MET = new Aim("met", "what is met", "at least 2",
			Figure.atLeast("ratio", 2, Spread.of(2)));

	private static final Aim MISSED = new Aim("missed", "what is missed", "at least 2, at most 1",
			Figure.atLeast("ratio", 2, Spread.of(2, 3)), Figure.atMost("cost", 1, Spread.of(1.1, 1.2, 0.9)));

	@Test
	void ratiosAreThoseOfRounds() {
		Spread ratio = results().of(OURS, 2).ratio(Sample::perSecond, results().of(OTHER, 2));
		assertThat(ratio.median()).isEqualTo(2);
		assertThat(ratio.least()).isEqualTo(1);
		assertThat(ratio.most()).isEqualTo(4);
	}

	@Test
	void quartilesLieBetweenFiguresWhereTheyFallSo() {
		Spread spread = Spread.of(8, 1, 4, 2);
		assertThat(spread.median()).isEqualTo(3);
		assertThat(spread.lower()).isEqualTo(1.75);
		assertThat(spread.upper()).isEqualTo(5);
	}

	@Test
	void releaseOfTheSystemIsToldByItsNumbers() {
		assertThat(Machine.release("6.18.44-some-build")).isEqualTo("6.18.44");
		assertThat(Machine.release("10.0")).isEqualTo("10.0");
		assertThat(Machine.release("unknown")).isEqualTo("unknown");
	}

	@Test
	void tableTellsRatioOfOursToEach() {
		assertThat(ComparisonTable.of(results())).contains("| 200 (150 to 300) |")
			.containsPattern("\\| ours \\| 2 \\|.*\\| 1 \\|")
			.containsPattern("\\| other \\| 2 \\|.*\\| 2\\.00 \\(1\\.50 to 3\\.00\\) \\|");
	}

	@Test
	void aimIsMetWhereAllFiguresAre() {
		assertThat(MET.met()).isTrue();
		assertThat(MISSED.met()).isFalse();
		assertThat(MISSED.measured()).isEqualTo("ratio **2.50** (2.25 to 2.75); cost **1.10** (1 to 1.15), not met");
	}

	@Test
	void onlyWhatIsMissedIsExplained() {
		assertThat(report(List.of(MET))).doesNotContain("What holds back");
		assertThat(report(List.of(MET, MISSED))).contains("- what is missed: ").doesNotContain("- what is met");
	}

	@Test
	void reportIsWellFormed() {
		String report = report(List.of(MET, MISSED));
		assertThat(report).startsWith("## Aims\n").endsWith("\n").doesNotContain("\n\n\n");
		List<String> lines = report.lines().toList();
		for (int i = 1; i < lines.size(); i++) {
			if (lines.get(i).startsWith("|") && lines.get(i - 1).startsWith("|")) {
				assertThat(cells(lines.get(i))).as(lines.get(i)).isEqualTo(cells(lines.get(i - 1)));
			}
		}
	}

	@Test
	void reportTellsMachineAndVersionsButNoNames() {
		try (MeasuredRedis redis = new MeasuredRedis()) {
			String report = new ComparisonReport(Pace.QUICK).begin(redis).toString();
			assertThat(report).contains("processors", "GiB", "Redis ", "Bucket4j 8.", "Redisson ", "Lettuce ", "commit")
				.contains("A quick run")
				.doesNotContain("${", System.getProperty("user.home"), System.getProperty("user.dir"));
		}
	}

	@Test
	void commandsThatScriptsCallAreNotSent() {
		assertThat(Peer.BUCKET4J.sent()
			.of(Map.of("get", new CommandCost(300, 30), "eval", new CommandCost(100, 500)))
			.micros()).isCloseTo(520, within(1e-9));
	}

	private static String report(List<Aim> aims) {
		return new ComparisonReport(Pace.QUICK).aims(aims)
			.tables("Scene", "What was asked.", List.of(results()))
			.toString();
	}

	private static Results results() {
		Scene scene = Scene.admitted(Keys.of(1), new Quota(1, 1), List.of(2), Duration.ofSeconds(1));
		Results results = new Results(scene, List.of(OURS, OTHER));
		for (double speed : new double[] { 100, 200, 400 }) {
			results.add(OURS, 2, new Sample(speed, 1, 2, 1, 3, 4));
			results.add(OTHER, 2, new Sample(100, 1, 2, 1, 3, 4));
		}
		return results;
	}

	private static long cells(String row) {
		return row.chars().filter((character) -> character == '|').count();
	}

}
