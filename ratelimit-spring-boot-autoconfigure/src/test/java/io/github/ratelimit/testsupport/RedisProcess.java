package io.github.ratelimit.testsupport;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

/**
 * A Redis server of a test's own, as a child process on a port of this machine: it can be
 * stopped, started again on the same port, and frozen. It keeps nothing on disk, and ends
 * with {@link #close()} or with this process.
 * <p>
 * Not safe for use by many threads.
 */
public final class RedisProcess implements AutoCloseable {

	private static final String READY = "Ready to accept connections";

	private static final String PORT_TAKEN = "Address already in use";

	private static final String SENTINEL_READY = "Sentinel ID is";

	private static final String SENTINEL_CONFIGURATION = "sentinel.conf";

	/**
	 * A node of a cluster also listens this far above its port.
	 */
	private static final int CLUSTER_BUS_OFFSET = 10_000;

	private static final int MAX_PORT = 65_535;

	private static final int START_ATTEMPTS = 5;

	private static final long SECONDS_TO_WAIT = 30;

	private static final Duration RETRY_INTERVAL = Duration.ofMillis(100);

	private final Path binary;

	private final List<String> options;

	private final Path directory;

	private final Thread shutdownHook = new Thread(this::end, "redis-process-shutdown");

	private int port;

	private volatile @Nullable Process process;

	private volatile CompletableFuture<Void> ready = CompletableFuture
		.failedFuture(new IllegalStateException("not started"));

	private RedisProcess(Path binary, List<String> options) {
		this.binary = binary;
		this.options = options;
		try {
			this.directory = Files.createTempDirectory("ratelimit-redis");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		Runtime.getRuntime().addShutdownHook(this.shutdownHook);
	}

	/**
	 * Start a server on a free port.
	 * @param binary the server's program
	 * @param options further options of its command line
	 * @return the server, which accepts connections
	 */
	static RedisProcess start(Path binary, List<String> options) {
		RedisProcess started = new RedisProcess(binary, options);
		try {
			started.startOnFreePort();
			return started;
		}
		catch (RuntimeException ex) {
			started.close();
			throw ex;
		}
	}

	/**
	 * Start a Sentinel on a free port.
	 * @param binary the server's program
	 * @param configuration lines of its configuration
	 * @return the Sentinel, which accepts connections
	 */
	static RedisProcess startSentinel(Path binary, List<String> configuration) {
		RedisProcess started = new RedisProcess(binary, List.of("--sentinel"));
		try {
			Files.write(started.directory.resolve(SENTINEL_CONFIGURATION), configuration);
			started.startOnFreePort();
			return started;
		}
		catch (IOException ex) {
			started.close();
			throw new UncheckedIOException(ex);
		}
		catch (RuntimeException ex) {
			started.close();
			throw ex;
		}
	}

	/**
	 * Another process may take a port between it being found free and the server's use of
	 * it.
	 */
	private void startOnFreePort() {
		for (int attempt = 1;; attempt++) {
			this.port = freePort();
			try {
				startOnce();
				return;
			}
			catch (IllegalStateException ex) {
				if (attempt == START_ATTEMPTS) {
					throw ex;
				}
			}
		}
	}

	/**
	 * Return where the server listens.
	 * @return the port of 127.0.0.1, the same after a restart
	 */
	public int port() {
		return this.port;
	}

	/**
	 * Return the server's address.
	 * @return the address, such as {@code redis://127.0.0.1:6379}
	 */
	public String uri() {
		return "redis://127.0.0.1:" + this.port;
	}

	/**
	 * Start the server, which was stopped, on its port. It is empty. Where something else
	 * has the port for a moment, such as a connection to elsewhere, that is waited for.
	 * @throws IllegalStateException if it runs already or does not start
	 */
	public void start() {
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_TO_WAIT);
		while (true) {
			try {
				startOnce();
				return;
			}
			catch (IllegalStateException ex) {
				if (!String.valueOf(ex.getMessage()).contains(PORT_TAKEN) || System.nanoTime() - end > 0) {
					throw ex;
				}
			}
			Pause.of(RETRY_INTERVAL);
		}
	}

	private void startOnce() {
		launch();
		try {
			awaitReady();
		}
		catch (IllegalStateException ex) {
			kill();
			throw ex;
		}
	}

	/**
	 * Start the server, which was stopped, on its port, and do not wait until it is
	 * ready. It loads what it was told to save.
	 * @throws IllegalStateException if it runs already
	 */
	public void launch() {
		if (this.process != null) {
			throw new IllegalStateException("Redis runs already on port " + this.port);
		}
		try {
			Process started = new ProcessBuilder(command()).directory(this.directory.toFile())
				.redirectErrorStream(true)
				.start();
			this.process = started;
			CompletableFuture<Void> said = new CompletableFuture<>();
			this.ready = said;
			Thread reader = new Thread(() -> read(started, said), "redis-process-output");
			reader.setDaemon(true);
			reader.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private List<String> command() {
		List<String> command = new ArrayList<>(List.of(this.binary.toString()));
		if (Files.exists(this.directory.resolve(SENTINEL_CONFIGURATION))) {
			command.add(SENTINEL_CONFIGURATION);
		}
		command.addAll(List.of("--port", Integer.toString(this.port), "--bind", "127.0.0.1", "--save", "",
				"--appendonly", "no", "--daemonize", "no"));
		command.addAll(this.options);
		return command;
	}

	/**
	 * Wait until the server says that it is ready, if it has not said so yet.
	 * @throws IllegalStateException if it does not, or was not started
	 */
	public void awaitReady() {
		try {
			this.ready.get(SECONDS_TO_WAIT, TimeUnit.SECONDS);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new IllegalStateException("Redis did not start on port " + this.port + ": " + ex.getMessage(), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while Redis started", ex);
		}
	}

	/**
	 * Read what the server says, also once it is ready, or it would stand still when the
	 * pipe is full.
	 */
	private static void read(Process process, CompletableFuture<Void> ready) {
		List<String> lines = new ArrayList<>();
		try (BufferedReader output = new BufferedReader(
				new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
			String line = output.readLine();
			while (line != null) {
				if (!ready.isDone()) {
					lines.add(line);
				}
				if (line.contains(READY) || line.contains(SENTINEL_READY)) {
					ready.complete(null);
				}
				line = output.readLine();
			}
		}
		catch (IOException ex) {
			lines.add(ex.toString());
		}
		ready.completeExceptionally(new IllegalStateException(String.join("\n", lines)));
	}

	/**
	 * End the server at once, as a machine that loses its power does. Connections are
	 * closed, new ones refused.
	 */
	public void stop() {
		running();
		kill();
	}

	/**
	 * Remove what the server was told to save, so that it is empty when it starts again.
	 */
	public void forget() {
		delete(this.directory.resolve("dump.rdb"));
	}

	/**
	 * Freeze the server: connections stay open and new ones are accepted by the system,
	 * but nothing is answered until {@link #resume()}.
	 */
	public void freeze() {
		signal("-STOP");
	}

	/**
	 * Let the server go on after {@link #freeze()}.
	 */
	public void resume() {
		signal("-CONT");
	}

	private void signal(String signal) {
		try {
			Process kill = new ProcessBuilder("kill", signal, Long.toString(running().pid())).inheritIO().start();
			if (!kill.waitFor(SECONDS_TO_WAIT, TimeUnit.SECONDS) || kill.exitValue() != 0) {
				throw new IllegalStateException("kill " + signal + " failed");
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while Redis was sent " + signal, ex);
		}
	}

	private Process running() {
		Process running = this.process;
		if (running == null) {
			throw new IllegalStateException("Redis does not run on port " + this.port);
		}
		return running;
	}

	private void kill() {
		Process running = this.process;
		if (running != null) {
			running.destroyForcibly().onExit().orTimeout(SECONDS_TO_WAIT, TimeUnit.SECONDS).join();
			this.process = null;
		}
	}

	private void end() {
		kill();
		for (String file : Objects.requireNonNullElse(this.directory.toFile().list(), new String[0])) {
			delete(this.directory.resolve(file));
		}
		delete(this.directory);
	}

	/**
	 * End the server, if it runs, and remove what it left.
	 */
	@Override
	public void close() {
		try {
			Runtime.getRuntime().removeShutdownHook(this.shutdownHook);
		}
		catch (IllegalStateException ex) {
			// This process ends, and the hook does the same
		}
		end();
	}

	private static void delete(Path path) {
		try {
			Files.deleteIfExists(path);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static int freePort() {
		try {
			int port = MAX_PORT;
			while (port > MAX_PORT - CLUSTER_BUS_OFFSET) {
				try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
					port = socket.getLocalPort();
				}
			}
			return port;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
