package io.github.ratelimit.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Prints how many HTTP requests a server answers with the filter, beside the same server
 * without the starter. Counts are kept in memory, and the controller does nothing.
 */
public final class FilterThroughput {

	private static final String ANSWER = "answer";

	private static final String EXCLUDE = "spring.autoconfigure.exclude";

	private static final Map<String, Object> LIMITED = Map.of(EXCLUDE, excluded(true), "ratelimit.redis.enabled",
			"false", "ratelimit.tiers.benchmark.rate", "1000000000/s", "ratelimit.routes[0].tier", "benchmark",
			"ratelimit.routes[0].paths", "/limited");

	private FilterThroughput() {
	}

	/**
	 * Print the table.
	 * @param args number of rounds, 15 unless said
	 * @throws Exception if a request fails
	 */
	public static void main(String[] args) throws Exception {
		int rounds = (args.length > 0) ? Integer.parseInt(args[0]) : 15;
		MarkdownTable table = new MarkdownTable("server", "requests/s", "to that without", "CPU, us",
				"to that without");
		Duration duration = Duration.ofMillis(500);
		for (Row row : rows(rounds, duration)) {
			table.row(row.title(), Spread.of(row.rates()).text((rate) -> Report.number(Math.round(rate))),
					row.rateRatio().text(Report::ratio), Spread.of(row.micros()).text(Report::decimal),
					row.microsRatio().text(Report::ratio));
		}
		new Report()
			.print("One server in one process with its clients: the median of %d alternating rounds of %d ms, and the "
				.formatted(rounds, duration.toMillis())
					+ "least and the most. Ratios are taken round by round. The time of processors, that of the client "
					+ "included, tells more where other programs run beside.")
			.print(table)
			.print("Java %s, %d processors.".formatted(System.getProperty("java.version"),
					Runtime.getRuntime().availableProcessors()));
	}

	/**
	 * Measure.
	 * @param rounds number of rounds, in which each server is asked for that long
	 * @return what each round gave, the server without the starter first
	 * @throws Exception if a request fails
	 */
	static List<Row> rows(int rounds, Duration duration) throws Exception {
		try (ConfigurableApplicationContext without = start(Map.of(EXCLUDE, excluded(false)));
				ConfigurableApplicationContext with = start(LIMITED);
				HttpLoad baseline = load(without, "/limited");
				HttpLoad free = load(with, "/free");
				HttpLoad limited = load(with, "/limited")) {
			List<HttpLoad> loads = List.of(baseline, free, limited);
			double[][] rates = new double[loads.size()][rounds];
			double[][] micros = new double[loads.size()][rounds];
			for (int round = -8; round < rounds; round++) {
				for (int i = 0; i < loads.size(); i++) {
					// Backwards every other round: none always follows the same
					int which = (round % 2 == 0) ? i : loads.size() - 1 - i;
					HttpLoad.Rate rate = loads.get(which).run(duration);
					rates[which][Math.max(round, 0)] = rate.perSecond();
					micros[which][Math.max(round, 0)] = rate.cpuMicros();
				}
			}
			Row first = new Row("without the starter", rates[0], micros[0], null);
			return List.of(first, new Row("with the filter, a request that nothing limits", rates[1], micros[1], first),
					new Row("with the filter, a request that is limited", rates[2], micros[2], first));
		}
	}

	private static ConfigurableApplicationContext start(Map<String, Object> properties) {
		SpringApplication application = new SpringApplication(Application.class);
		application.setDefaultProperties(properties);
		return application.run("--server.port=0", "--logging.level.root=warn", "--spring.main.banner-mode=off",
				"--server.tomcat.max-keep-alive-requests=-1");
	}

	/**
	 * Return the auto-configuration that is left out: that of others, which are on the
	 * class path to be compared with.
	 * @param limited whether ours is taken
	 */
	private static String excluded(boolean limited) {
		List<String> excluded = new ArrayList<>();
		for (String candidate : ImportCandidates.load(AutoConfiguration.class,
				FilterThroughput.class.getClassLoader())) {
			if (!candidate.startsWith("org.springframework.boot.")
					&& !(limited && candidate.startsWith("io.github.ratelimit."))) {
				excluded.add(candidate);
			}
		}
		return String.join(",", excluded);
	}

	private static HttpLoad load(ConfigurableApplicationContext server, String path) throws Exception {
		String port = Objects.requireNonNull(server.getEnvironment().getProperty("local.server.port"));
		return new HttpLoad(Integer.parseInt(port), path, ANSWER, Runtime.getRuntime().availableProcessors());
	}

	/**
	 * What a server answered.
	 *
	 * @param title what it is
	 * @param rates requests in a second, by round
	 * @param micros time of processors that each took, by round
	 * @param without the same without the starter, {@code null} if it is that
	 */
	record Row(String title, double[] rates, double[] micros, @Nullable Row without) {

		Spread rateRatio() {
			return Spread.ratio(this.rates, ((this.without != null) ? this.without : this).rates);
		}

		Spread microsRatio() {
			return Spread.ratio(this.micros, ((this.without != null) ? this.without : this).micros);
		}

	}

	/**
	 * What is behind the filter.
	 */
	@EnableAutoConfiguration
	@RestController
	static class Application {

		@GetMapping({ "/limited", "/free" })
		String answer() {
			return ANSWER;
		}

	}

}
