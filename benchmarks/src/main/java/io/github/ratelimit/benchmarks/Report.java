package io.github.ratelimit.benchmarks;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

import io.github.ratelimit.Algorithm;

/**
 * What a measurement prints: Markdown, on the standard output.
 */
final class Report {

	private final PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true,
			StandardCharsets.UTF_8);

	/**
	 * Print a paragraph or a table, and an empty line.
	 */
	Report print(Object text) {
		this.out.println(text.toString().stripTrailing());
		this.out.println();
		return this;
	}

	/**
	 * Print what it was measured with.
	 */
	Report printMachine(MeasuredRedis redis) {
		return print("Redis %s, Java %s, %s with %d processors, %s.".formatted(redis.version(),
				System.getProperty("java.version"), processor(), Runtime.getRuntime().availableProcessors(),
				System.getProperty("os.name")));
	}

	static String processor() {
		try {
			return Files.readAllLines(Path.of("/proc/cpuinfo"))
				.stream()
				.filter((line) -> line.startsWith("model name"))
				.map((line) -> line.substring(line.indexOf(':') + 1).trim())
				.findFirst()
				.orElseGet(() -> System.getProperty("os.arch"));
		}
		catch (IOException ex) {
			return System.getProperty("os.arch");
		}
	}

	/**
	 * Return an algorithm as it stands in properties.
	 */
	static String name(Algorithm algorithm) {
		return algorithm.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	static String code(Algorithm algorithm) {
		return "`" + name(algorithm) + "`";
	}

	static String number(long number) {
		return String.format(Locale.ROOT, "%,d", number);
	}

	static String decimal(double number) {
		return String.format(Locale.ROOT, "%.1f", number);
	}

	static String ratio(double number) {
		return String.format(Locale.ROOT, "%.2f", number);
	}

}
