package io.github.ratelimit.autoconfigure.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A {@link LeasingApplication} in a process of its own, which can be frozen and killed.
 */
final class LeasingProcess implements AutoCloseable {

	private static final long SECONDS_TO_WAIT = 60;

	private final Path admitted;

	private final Path log;

	private final Process process;

	private LeasingProcess(Path admitted, Path log, Process process) {
		this.admitted = admitted;
		this.log = log;
		this.process = process;
	}

	/**
	 * Begin to start an instance.
	 * @param directory where it writes
	 * @param number which instance
	 * @param tiers the tiers that it asks for
	 * @param arguments arguments of the application
	 */
	static LeasingProcess start(Path directory, int number, List<String> tiers, List<String> arguments) {
		Path admitted = directory.resolve("admitted-" + number);
		Path log = directory.resolve("log-" + number);
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
						"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
						LeasingApplication.class.getName(), admitted.toString(), String.join(",", tiers)));
		command.addAll(arguments);
		try {
			return new LeasingProcess(admitted, log,
					new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return whether it has started.
	 */
	boolean isReady() {
		assertThat(this.process.isAlive()).as(this::log).isTrue();
		return Files.exists(this.admitted);
	}

	private String log() {
		try {
			return Files.readString(this.log);
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	/**
	 * Have it ask, or ask more or less often.
	 * @param pauseMicros microseconds between two rounds
	 */
	void ask(long pauseMicros) {
		try {
			this.process.getOutputStream().write((pauseMicros + "\n").getBytes(StandardCharsets.US_ASCII));
			this.process.getOutputStream().flush();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return what it wrote so far of units that it admitted.
	 */
	List<String> admitted() {
		try {
			String lines = Files.readString(this.admitted, StandardCharsets.US_ASCII);
			// The last may be half written
			return lines.substring(0, lines.lastIndexOf('\n') + 1).lines().toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	void freeze() {
		signal("-STOP");
	}

	void resume() {
		signal("-CONT");
	}

	private void signal(String signal) {
		try {
			Process kill = new ProcessBuilder("kill", signal, Long.toString(this.process.pid())).inheritIO().start();
			assertThat(kill.waitFor(SECONDS_TO_WAIT, TimeUnit.SECONDS)).isTrue();
			assertThat(kill.exitValue()).isZero();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError(ex);
		}
	}

	void kill() {
		this.process.destroyForcibly().onExit().orTimeout(SECONDS_TO_WAIT, TimeUnit.SECONDS).join();
	}

	/**
	 * Have it end as applications do: it gives back what it holds.
	 */
	void end() {
		try {
			this.process.getOutputStream().close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.process.onExit().orTimeout(SECONDS_TO_WAIT, TimeUnit.SECONDS).join();
		assertThat(this.process.exitValue()).as(this::log).isZero();
	}

	@Override
	public void close() {
		kill();
	}

}
