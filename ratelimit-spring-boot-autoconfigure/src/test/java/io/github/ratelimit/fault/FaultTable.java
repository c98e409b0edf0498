package io.github.ratelimit.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import io.github.ratelimit.FailureMode;
import io.github.ratelimit.testsupport.RedisFault;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of faults, as a table in Markdown, and where it stands in the
 * documentation.
 */
final class FaultTable {

	private static final String START = "<!-- faults -->";

	private static final String END = "<!-- /faults -->";

	private static final String HEAD = """
			| Fault | Failure mode | Decisions | Errors seen by callers | p50, ms | p99, ms | Worst, ms \
			| Until degraded, ms | Until recovered, ms | Over at its beginning | Over during | Over at its end |
			|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|
			""";

	private final List<String> rows = new ArrayList<>();

	void add(FaultReport report) {
		this.rows.add(start(report.fault(), report.failureMode()) + Stream
			.of(Integer.toString(report.during().size()), Long.toString(report.errorsDuring()),
					millis(report.latency(0.5)), millis(report.latency(0.99)), millis(report.worstLatency()),
					millis(report.timeToDegrade()), millis(report.timeToRecover()), units(report.overBeginning()),
					units(report.overDuring()), units(report.overEnd()))
			.map((cell) -> " " + cell + " |")
			.reduce("", String::concat));
	}

	/**
	 * Return how the row of a fault begins.
	 */
	static String start(RedisFault fault, FailureMode failureMode) {
		return "| " + fault + " | `" + failureMode.name().toLowerCase(Locale.ROOT) + "` |";
	}

	private static String millis(@Nullable Duration duration) {
		if (duration == null) {
			return "never";
		}
		double millis = duration.toNanos() / 1e6;
		return String.format(Locale.ROOT, (millis < 10) ? "%.1f" : "%.0f", millis);
	}

	private static String units(double units) {
		return Long.toString((long) Math.ceil(units - 1e-3));
	}

	/**
	 * Write this where it stands in a document.
	 */
	void write(Path document) {
		try {
			String text = Files.readString(document);
			Files.writeString(document, text.substring(0, text.indexOf(START) + START.length()) + "\n" + this
					+ text.substring(text.indexOf(END)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return the table that stands in a document.
	 */
	static List<String> read(Path document) {
		try {
			String text = Files.readString(document);
			return text.substring(text.indexOf(START) + START.length(), text.indexOf(END)).strip().lines().toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return the document that has the table.
	 */
	static Path document() {
		Path directory = Path.of("").toAbsolutePath();
		while (!Files.exists(directory.resolve("CONTRIBUTING.md"))) {
			directory = directory.getParent();
		}
		return directory.resolve("docs/reliability.md");
	}

	static List<String> head() {
		return HEAD.lines().toList();
	}

	@Override
	public String toString() {
		return HEAD + String.join("\n", this.rows) + "\n";
	}

}
