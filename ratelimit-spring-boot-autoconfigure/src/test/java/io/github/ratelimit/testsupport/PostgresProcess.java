package io.github.ratelimit.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;

/**
 * A PostgreSQL server of a test's own, as a child process: it can be stopped, started
 * again on the same port with what it has kept, and frozen. It ends with {@link #close()}
 * or with this process.
 * <p>
 * Not safe for use by many threads.
 */
public final class PostgresProcess implements AutoCloseable {

	private static final long SECONDS_TO_WAIT = 30;

	private final Path directory;

	private int port;

	private @Nullable EmbeddedPostgres server;

	private PostgresProcess(Path directory) {
		this.directory = directory;
	}

	/**
	 * Start a server on a free port.
	 * @return the server, which accepts connections
	 */
	public static PostgresProcess create() {
		try {
			PostgresProcess created = new PostgresProcess(Files.createTempDirectory("ratelimit-postgres"));
			created.start();
			return created;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Start the server, which was stopped, on its port.
	 */
	public void start() {
		try {
			EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
				.setDataDirectory(this.directory)
				.setCleanDataDirectory(false)
				.setPGStartupWait(Duration.ofSeconds(SECONDS_TO_WAIT))
				.setServerConfig("fsync", "off");
			if (this.port != 0) {
				builder.setPort(this.port);
			}
			this.server = builder.start();
			this.port = this.server.getPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return an address of the server's.
	 * @return the address for JDBC, with the user
	 */
	public String url() {
		return "jdbc:postgresql://localhost:" + this.port + "/postgres?user=postgres";
	}

	/**
	 * Return the database, without a pool.
	 * @return the database
	 */
	public DataSource dataSource() {
		return running().getPostgresDatabase();
	}

	/**
	 * Return a client of the database, without a pool.
	 * @return the client
	 */
	public JdbcClient client() {
		return JdbcClient.create(dataSource());
	}

	/**
	 * Stop the server. Connections are closed, new ones refused.
	 */
	public void stop() {
		try {
			running().close();
			this.server = null;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
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

	/**
	 * Connections may end meanwhile, and their processes with them.
	 */
	private void signal(String signal) {
		ProcessHandle postmaster = postmaster();
		signal(signal, postmaster);
		postmaster.children().forEach((child) -> signal(signal, child));
	}

	private static void signal(String signal, ProcessHandle process) {
		try {
			Process kill = new ProcessBuilder("kill", signal, Long.toString(process.pid()))
				.redirectError(ProcessBuilder.Redirect.DISCARD)
				.start();
			if (!kill.waitFor(SECONDS_TO_WAIT, TimeUnit.SECONDS) || (kill.exitValue() != 0 && process.isAlive())) {
				throw new IllegalStateException("kill " + signal + " failed");
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while PostgreSQL was sent " + signal, ex);
		}
	}

	private ProcessHandle postmaster() {
		try {
			long pid = Long.parseLong(Files.readAllLines(this.directory.resolve("postmaster.pid")).get(0));
			return ProcessHandle.of(pid).orElseThrow();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private EmbeddedPostgres running() {
		if (this.server == null) {
			throw new IllegalStateException("PostgreSQL does not run on port " + this.port);
		}
		return this.server;
	}

	/**
	 * End the server, if it runs, and remove what it left.
	 */
	@Override
	public void close() {
		if (this.server != null) {
			stop();
		}
		try {
			FileSystemUtils.deleteRecursively(this.directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
