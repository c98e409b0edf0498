package io.github.ratelimit.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.ratelimit.CircuitBreakerStatus;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.RateLimiterSettings;
import io.github.ratelimit.observation.RateLimitMeter;
import io.github.ratelimit.observation.RateLimitMeters;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Keeps the dashboard in step with what Prometheus prints.
 */
class DashboardTests {

	private static final Path FILE = Path.of("../deploy/grafana/dashboards/ratelimiter.json");

	private static final Pattern SAMPLE = Pattern.compile("(ratelimiter_\\w+)(?:\\{([^}]*)})? .*");

	private static final Pattern NAME = Pattern.compile("ratelimiter_\\w+");

	private static final Pattern SELECTED = Pattern.compile("(ratelimiter_\\w+)\\{([^}]*)}");

	private static final Pattern GROUPED = Pattern.compile("by \\(([^)]*)\\) ?\\(?(?:rate\\()?(ratelimiter_\\w+)");

	private static final Pattern LABEL = Pattern.compile("(\\w+)=");

	@Test
	void fileIsWhatIsWritten() throws IOException {
		assertThat(Files.readString(FILE)).as("run the program Dashboard").isEqualTo(Dashboard.text());
	}

	@Test
	void asksForNothingThatPrometheusDoesNotPrint() throws IOException {
		Map<String, Set<String>> printed = printed();
		assertThat(expressions()).hasSizeGreaterThan(15).allSatisfy((expression) -> {
			assertThat(names(expression)).isNotEmpty().isSubsetOf(printed.keySet());
			SELECTED.matcher(expression)
				.results()
				.forEach(
						(selected) -> assertThat(labels(selected.group(2))).isSubsetOf(printed.get(selected.group(1))));
			GROUPED.matcher(expression)
				.results()
				.forEach((grouped) -> assertThat(Arrays.asList(grouped.group(1).split(", ")))
					.isSubsetOf(printed.get(grouped.group(2))));
		});
	}

	@Test
	void everyGroupingIsLookedAt() throws IOException {
		assertThat(expressions()).allSatisfy((expression) -> assertThat(GROUPED.matcher(expression).results())
			.hasSize((int) Pattern.compile("by \\(").matcher(expression).results().count()));
	}

	@Test
	void legendsNameWhatIsGroupedBy() throws IOException {
		assertThat(targets()).allSatisfy((target) -> {
			Matcher legend = Pattern.compile("\\{\\{(\\w+)}}").matcher(target.path("legendFormat").asString());
			legend.results()
				.forEach((label) -> assertThat(target.path("expr").asString())
					.containsPattern("by \\([^)]*\\b" + label.group(1) + "\\b"));
		});
	}

	@Test
	void showsEveryMeter() throws IOException {
		String all = String.join(" ", expressions());
		assertThat(RateLimitMeter.values())
			.allSatisfy((meter) -> assertThat(all).contains(meter.getName().replace('.', '_')));
	}

	@Test
	void partsOfTheDashboardDoNotOverlap() throws IOException {
		Set<String> places = new TreeSet<>();
		Set<Integer> ids = new TreeSet<>();
		JsonNode panels = dashboard().path("panels");
		panels.forEach((panel) -> {
			JsonNode place = panel.path("gridPos");
			places.add(place.path("x").asInt() + "," + place.path("y").asInt());
			ids.add(panel.path("id").asInt());
		});
		assertThat(places).hasSize(panels.size());
		assertThat(ids).hasSize(panels.size());
	}

	/**
	 * Return the labels of each name that a service's meters print after some decisions.
	 */
	private static Map<String, Set<String>> printed() {
		PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
		RateLimitMeters meters = new RateLimitMeters(registry, () -> Set.of("client_a"));
		meters.register(() -> new CircuitBreakerStatus(CircuitBreakerStatus.State.CLOSED, 0, null), () -> 2);
		RateLimiter limiter = RateLimiter.of(RateLimiterSettings.of("login", Limit.of("2/m")),
				InMemoryRateLimitStore.create(10), meters);
		Stream.of("client_a", "client_a", "client_a", "client_b").forEach(limiter::tryAcquire);
		Map<String, Set<String>> printed = new TreeMap<>();
		registry.scrape().lines().map(SAMPLE::matcher).filter(Matcher::matches).forEach((line) -> {
			String labels = (line.group(2) != null) ? line.group(2) : "";
			printed.computeIfAbsent(line.group(1), (name) -> new TreeSet<>()).addAll(labels(labels));
		});
		return printed;
	}

	private static Set<String> labels(String text) {
		return LABEL.matcher(text).results().map((label) -> label.group(1)).collect(Collectors.toSet());
	}

	private static Set<String> names(String expression) {
		return NAME.matcher(expression).results().map(MatchResult::group).collect(Collectors.toSet());
	}

	private static Set<String> expressions() throws IOException {
		return targets().stream().map((target) -> target.path("expr").asString()).collect(Collectors.toSet());
	}

	private static Set<JsonNode> targets() throws IOException {
		return dashboard().path("panels")
			.valueStream()
			.flatMap((panel) -> panel.path("targets").valueStream())
			.collect(Collectors.toSet());
	}

	private static JsonNode dashboard() throws IOException {
		return JsonMapper.shared().readTree(Files.readString(FILE));
	}

}
