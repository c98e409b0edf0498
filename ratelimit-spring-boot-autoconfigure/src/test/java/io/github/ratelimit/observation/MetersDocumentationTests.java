package io.github.ratelimit.observation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.ratelimit.CircuitBreakerStatus;
import io.github.ratelimit.DecisionSource;
import io.micrometer.common.docs.KeyName;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Keeps {@code docs/metrics.md} in step with what is registered. Where this fails, the
 * message has the table to put between the markers.
 */
class MetersDocumentationTests {

	private static final String START = "<!-- meters -->";

	private static final String END = "<!-- /meters -->";

	private static final Pattern PROMETHEUS_NAME = Pattern.compile("ratelimiter_[a-z_]+");

	@Test
	void listsAllMetersAsTheyAreRegistered() throws IOException {
		String document = document();
		assertThat(document).containsOnlyOnce(START).containsOnlyOnce(END);
		String table = document.substring(document.indexOf(START) + START.length(), document.indexOf(END));
		assertThat(table.strip()).isEqualTo(expectedTable());
	}

	@Test
	void namesNothingThatPrometheusDoesNotPrint() throws IOException {
		assertThat(named(document())).isEqualTo(new TreeSet<>(printed("ratelimiter")));
	}

	@Test
	void otherDocumentsNameNothingThatPrometheusDoesNotPrint() throws IOException {
		assertThat(named(document("reliability.md"))).isNotEmpty().isSubsetOf(printed("ratelimiter"));
	}

	private static Set<String> named(String document) {
		return PROMETHEUS_NAME.matcher(document)
			.results()
			.map(MatchResult::group)
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static String expectedTable() {
		return Stream
			.concat(Stream.of("| Meter | In Prometheus | Type | Tags | What it is |", "|---|---|---|---|---|"),
					Stream.of(RateLimitMeter.values()).map(MetersDocumentationTests::row))
			.collect(Collectors.joining("\n"));
	}

	private static String row(RateLimitMeter meter) {
		String prometheusName = meter.getName().replace('.', '_');
		return "| " + String.join(" | ", code(Stream.of(meter.getName())), code(printed(prometheusName).stream()),
				meter.getType().name().toLowerCase(Locale.ROOT),
				code(Stream.of(meter.getKeyNames()).map(KeyName::asString)), meter.getDescription()) + " |";
	}

	private static String code(Stream<String> names) {
		return names.map((name) -> "`" + name + "`").collect(Collectors.joining(", "));
	}

	/**
	 * Names of the lines that a scrape of all meters has.
	 */
	private static List<String> printed(String prefix) {
		PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
		RateLimitMeters meters = new RateLimitMeters(registry);
		meters.register("ai", "default", DecisionSource.REDIS);
		meters.register(() -> new CircuitBreakerStatus(CircuitBreakerStatus.State.CLOSED, 0, null), () -> 1);
		return registry.scrape()
			.lines()
			.filter((line) -> line.startsWith(prefix))
			.map((line) -> line.split("[{ ]", 2)[0])
			.distinct()
			.sorted()
			.toList();
	}

	private static String document() throws IOException {
		return document("metrics.md");
	}

	private static String document(String name) throws IOException {
		Path directory = Path.of("").toAbsolutePath();
		while (directory != null && !Files.exists(directory.resolve("docs/metrics.md"))) {
			directory = directory.getParent();
		}
		assertThat(directory).as("directory that has docs/metrics.md").isNotNull();
		return Files.readString(directory.resolve("docs").resolve(name));
	}

}
