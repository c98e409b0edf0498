package io.github.ratelimit.benchmarks;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import org.jspecify.annotations.Nullable;

/**
 * Prints how long a web application takes to start with the starter and without its jars.
 */
public final class StartupCost {

	// What brings it, and what it brings
	private static final Pattern STARTER = Pattern.compile(".*/(ratelimit-spring-boot-|lettuce-core-|redis-authx-core-"
			+ "|netty-|reactor-core-|reactive-streams-|resilience4j-).*");

	// Applications would configure themselves for some of them
	private static final Pattern PEERS = Pattern
		.compile(".*/(bucket4j|redisson|spring-cloud-gateway|resilience4j-rate|guava"
				+ "|hibernate-validator|jakarta\\.validation|cache-api|kryo|rxjava).*");

	private static final Pattern TESTS = Pattern.compile(".*/target/test-classes/?|.*-tests\\.jar");

	private StartupCost() {
	}

	/**
	 * Print the table.
	 * @param args number of rounds, 15 unless said
	 * @throws Exception if an application does not start
	 */
	public static void main(String[] args) throws Exception {
		int rounds = (args.length > 0) ? Integer.parseInt(args[0]) : 15;
		new Report()
			.print("From the start of a process until it serves requests: the median of %d alternating rounds, and the "
				.formatted(rounds) + "least and the most. Ratios are taken round by round.")
			.print(table(rows(rounds)))
			.print("Java %s, %d processors.".formatted(System.getProperty("java.version"),
					Runtime.getRuntime().availableProcessors()));
	}

	/**
	 * Return what each application takes, beside the one without the starter.
	 */
	static MarkdownTable table(List<Row> rows) {
		MarkdownTable table = new MarkdownTable("application", "start, ms", "to that without", "CPU, ms",
				"to that without");
		for (Row row : rows) {
			table.row(row.title, Spread.of(row.millis).text((millis) -> Report.number(Math.round(millis))),
					Spread.ratio(row.millis, row.without.millis).text(Report::ratio),
					Spread.of(row.cpuMillis).text((millis) -> Report.number(Math.round(millis))),
					Spread.ratio(row.cpuMillis, row.without.cpuMillis).text(Report::ratio));
		}
		return table;
	}

	/**
	 * Measure.
	 * @param rounds number of rounds, in which each application is started once
	 * @return what each round gave, the application without the starter first
	 * @throws IOException if an application does not start
	 * @throws InterruptedException if this thread is interrupted
	 */
	static List<Row> rows(int rounds) throws IOException, InterruptedException {
		try (RedisProcess redis = RedisServers.dedicated()) {
			Row without = new Row("without the starter", rounds, null, List.of());
			List<Row> rows = List.of(without,
					new Row("with the starter, nothing limited", rounds, without,
							List.of("--ratelimit.redis.enabled=false")),
					new Row("with the starter, in memory", rounds, without,
							withLimit("--ratelimit.redis.enabled=false")),
					new Row("with the starter and Redis", rounds, without,
							withLimit("--ratelimit.redis.url=" + redis.uri())));
			for (int round = -1; round < rounds; round++) {
				for (int i = 0; i < rows.size(); i++) {
					// Backwards every other round: none always follows the same
					Row row = rows.get((round % 2 == 0) ? i : rows.size() - 1 - i);
					start(row, Math.max(round, 0));
				}
			}
			return rows;
		}
	}

	private static List<String> withLimit(String argument) {
		return List.of(argument, "--ratelimit.application=benchmark", "--ratelimit.tiers.benchmark.rate=100/s",
				"--ratelimit.routes[0].tier=benchmark", "--ratelimit.routes[0].paths=/limited");
	}

	private static void start(Row row, int round) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", row.classPath(),
						StartedApplication.class.getName(), "--server.port=0", "--spring.main.banner-mode=off",
						"--logging.level.root=warn"));
		command.addAll(row.arguments);
		long start = System.nanoTime();
		Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
		try (BufferedReader out = process.inputReader()) {
			String line = out.readLine();
			while (line != null && !line.startsWith(StartedApplication.READY)) {
				line = out.readLine();
			}
			if (line == null) {
				throw new IllegalStateException("The application does not start: " + String.join(" ", command));
			}
			row.millis[round] = (System.nanoTime() - start) / 1e6;
			row.cpuMillis[round] = Double.parseDouble(line.substring(StartedApplication.READY.length()));
		}
		finally {
			process.destroy();
			process.waitFor();
		}
	}

	/**
	 * An application, and what each round gave.
	 */
	static final class Row {

		private final String title;

		private final boolean starter;

		private final Row without;

		private final List<String> arguments;

		private final double[] millis;

		private final double[] cpuMillis;

		Row(String title, int rounds, @Nullable Row without, List<String> arguments) {
			this.title = title;
			this.starter = without != null;
			this.without = (without != null) ? without : this;
			this.arguments = arguments;
			this.millis = new double[rounds];
			this.cpuMillis = new double[rounds];
		}

		/**
		 * Return what it took until the application served, to that without the starter.
		 */
		Spread ratio() {
			return Spread.ratio(this.millis, this.without.millis);
		}

		private String classPath() {
			return paths().filter((path) -> !TESTS.matcher(path).matches())
				.filter((path) -> !PEERS.matcher(path).matches())
				.filter((path) -> this.starter || !STARTER.matcher(path).matches())
				.collect(Collectors.joining(File.pathSeparator));
		}

		/**
		 * Return the class path of this program, which Maven runs by a class loader.
		 */
		private static Stream<String> paths() {
			return (StartupCost.class.getClassLoader() instanceof URLClassLoader loader)
					? Arrays.stream(loader.getURLs()).map((url) -> Path.of(URI.create(url.toString())).toString())
					: Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator));
		}

	}

}
