package io.github.ratelimit.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.sun.management.OperatingSystemMXBean;
import io.lettuce.core.RedisClient;

/**
 * What was measured with. Names of machines, people and directories are not told.
 */
final class Machine {

	private static final Pattern NUMBERS = Pattern.compile("\\d+(\\.\\d+){0,2}");

	private Machine() {
	}

	static String text() {
		OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
		return "%d processors (%s), %d GiB of memory, %s %s; load and Redis on the same machine".formatted(
				Runtime.getRuntime().availableProcessors(), Report.processor(),
				Math.round(system.getTotalMemorySize() / (double) (1L << 30)), System.getProperty("os.name"),
				release(System.getProperty("os.version")));
	}

	/**
	 * Return the numbers of a release, without what those who built it added.
	 */
	static String release(String version) {
		Matcher numbers = NUMBERS.matcher(version);
		return numbers.lookingAt() ? numbers.group() : version;
	}

	static String versions(MeasuredRedis redis) {
		Map<String, String> versions = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		peers().forEach((name, version) -> versions.put(name.toString(), version.toString()));
		versions.put("Java", System.getProperty("java.vendor") + " " + System.getProperty("java.runtime.version"));
		versions.put("Redis", redis.version());
		versions.put("Lettuce", Objects.toString(RedisClient.class.getPackage().getImplementationVersion(), "unknown"));
		return versions.entrySet()
			.stream()
			.map((entry) -> entry.getKey() + " " + entry.getValue())
			.collect(Collectors.joining(", "));
	}

	private static Properties peers() {
		try (InputStream in = Machine.class.getResourceAsStream("versions.properties")) {
			Properties versions = new Properties();
			versions.load(Objects.requireNonNull(in));
			return versions;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return the commit that was measured, and whether it was changed.
	 */
	static String commit() {
		String commit = git("rev-parse", "--short=12", "HEAD");
		if (commit.isEmpty()) {
			return "unknown";
		}
		String changes = git("status", "--porcelain", "--untracked-files=no", "--", ".",
				":(exclude)benchmarks/REPORT.md");
		return commit + (changes.isEmpty() ? "" : ", with changes");
	}

	private static String git(String... arguments) {
		try {
			String[] command = new String[arguments.length + 1];
			command[0] = "git";
			System.arraycopy(arguments, 0, command, 1, arguments.length);
			Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
			return (process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0) ? output : "";
		}
		catch (IOException ex) {
			// No git here
			return "";
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return "";
		}
	}

}
