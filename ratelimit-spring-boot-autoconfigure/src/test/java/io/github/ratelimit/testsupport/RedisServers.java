package io.github.ratelimit.testsupport;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Finds a real Redis for tests, wherever they run: at the address in the environment
 * variable {@value #ADDRESS_VARIABLE}, in a container where Docker answers, the
 * {@code redis-server} on the path, or the one that comes with a test dependency. A test
 * never has to be skipped.
 */
public final class RedisServers {

	/**
	 * Environment variable with the address of a Redis to use, a {@code redis://} URI.
	 */
	public static final String ADDRESS_VARIABLE = "RATELIMIT_TEST_REDIS";

	private static final Log logger = LogFactory.getLog(RedisServers.class);

	private static final DockerImageName IMAGE = DockerImageName.parse("redis:7-alpine");

	private static final int IMAGE_PORT = 6379;

	private RedisServers() {
	}

	/**
	 * Return the server that all tests of this process share, started by the first call.
	 * @return the server
	 */
	public static RedisServer shared() {
		return Shared.SERVER;
	}

	/**
	 * Start a server of a test's own. Its kind is always one that runs as a child
	 * process, so that it can be stopped and frozen.
	 * @param options further options of the server's command line
	 * @return the server, to be closed by the test
	 */
	public static RedisProcess dedicated(String... options) {
		return RedisProcess.start(Binary.PROGRAM, List.of(options));
	}

	/**
	 * Start a server of a test's own, of the version that comes with a test dependency:
	 * the oldest that is supported.
	 * @param options further options of the server's command line
	 * @return the server, to be closed by the test
	 */
	public static RedisProcess embedded(String... options) {
		return RedisProcess.start(Embedded.PROGRAM, List.of(options));
	}

	/**
	 * Return the program of servers of a test's own, for tests that leave it to a script
	 * to start one.
	 * @return the one on the path, or else the embedded one
	 */
	public static Path program() {
		return Binary.PROGRAM;
	}

	static RedisProcess sentinel(List<String> configuration) {
		return RedisProcess.startSentinel(Binary.PROGRAM, configuration);
	}

	static RedisServer find(Optional<String> address, Supplier<Optional<RedisServer>> container,
			Supplier<RedisServer> process) {
		return address.map((uri) -> ask("the address in " + ADDRESS_VARIABLE, uri)).or(container).orElseGet(process);
	}

	private static Optional<RedisServer> container() {
		if (!DockerClientFactory.instance().isDockerAvailable()) {
			return Optional.empty();
		}
		try {
			return Optional.of(ask("container of " + IMAGE, startContainer()));
		}
		catch (RuntimeException ex) {
			logger.warn("Docker answers, but does not run " + IMAGE, ex);
			return Optional.empty();
		}
	}

	/**
	 * The container is removed by Testcontainers when this process ends.
	 */
	@SuppressWarnings("resource")
	private static String startContainer() {
		GenericContainer<?> container = new GenericContainer<>(IMAGE).withExposedPorts(IMAGE_PORT);
		container.start();
		return "redis://" + container.getHost() + ":" + container.getMappedPort(IMAGE_PORT);
	}

	private static RedisServer process() {
		return ask(Binary.KIND, dedicated().uri());
	}

	/**
	 * Ask a server for its version, and so make sure that it is there.
	 */
	static RedisServer ask(String kind, String uri) {
		RedisClient client = RedisClient.create(RedisURI.create(uri));
		try (StatefulRedisConnection<String, String> connection = client.connect()) {
			String version = connection.sync()
				.info("server")
				.lines()
				.filter((line) -> line.startsWith("redis_version:"))
				.map((line) -> line.substring(line.indexOf(':') + 1).trim())
				.findFirst()
				.orElseThrow();
			return new RedisServer(kind, version, uri);
		}
		finally {
			client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
		}
	}

	private static final class Shared {

		static final RedisServer SERVER = find(Optional.ofNullable(System.getenv(ADDRESS_VARIABLE)),
				RedisServers::container, RedisServers::process);

		static {
			logger.info("Tests use Redis " + SERVER.version() + ", " + SERVER.kind());
		}

		private Shared() {
		}

	}

	private static final class Binary {

		private static final Optional<Path> ON_PATH = RedisBinary
			.onPath(Objects.requireNonNullElse(System.getenv("PATH"), ""));

		static final Path PROGRAM = ON_PATH.orElseGet(() -> Embedded.PROGRAM);

		static final String KIND = ON_PATH.map((program) -> program.toString()).orElse("embedded binary");

		private Binary() {
		}

	}

	private static final class Embedded {

		static final Path PROGRAM = RedisBinary.embedded();

		private Embedded() {
		}

	}

}
