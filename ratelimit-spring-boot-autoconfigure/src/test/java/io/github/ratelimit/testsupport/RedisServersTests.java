package io.github.ratelimit.testsupport;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RedisServers}, {@link RedisProcess} and {@link RedisBinary}.
 */
class RedisServersTests {

	@Test
	void sharedServerIsOneForAllAndAnswers() {
		RedisServer server = RedisServers.shared();
		assertThat(RedisServers.shared()).isSameAs(server);
		assertThat(RedisServers.ask(server.kind(), server.uri())).isEqualTo(server);
	}

	@Test
	void addressInTheEnvironmentComesFirst() {
		try (RedisProcess process = RedisServers.dedicated()) {
			RedisServer server = RedisServers.find(Optional.of(process.uri()), RedisServersTests::unwanted,
					() -> unwanted().orElseThrow());
			assertThat(server.uri()).isEqualTo(process.uri());
			assertThat(server.kind()).isEqualTo("the address in RATELIMIT_TEST_REDIS");
		}
	}

	@Test
	void addressWhereNothingAnswersIsAnErrorAndNotPassedOver() {
		RedisProcess process = RedisServers.dedicated();
		process.close();
		assertThatExceptionOfType(RedisConnectionException.class).isThrownBy(() -> RedisServers
			.find(Optional.of(process.uri()), RedisServersTests::unwanted, () -> unwanted().orElseThrow()));
	}

	@Test
	void containerComesBeforeProcess() {
		RedisServer container = new RedisServer("container", "7", "redis://localhost");
		RedisServer process = new RedisServer("process", "7", "redis://localhost");
		assertThat(RedisServers.find(Optional.empty(), () -> Optional.of(container), () -> process))
			.isSameAs(container);
		assertThat(RedisServers.find(Optional.empty(), Optional::empty, () -> process)).isSameAs(process);
	}

	@Test
	void programIsFoundOnThePathOnlyIfItCanBeRun(@TempDir Path directory) throws IOException {
		Path empty = Files.createDirectory(directory.resolve("empty"));
		Path data = Files.createDirectory(directory.resolve("data"));
		Files.createFile(data.resolve("redis-server"));
		Path programs = Files.createDirectory(directory.resolve("programs"));
		Path program = Files.createFile(programs.resolve("redis-server"));
		assertThat(program.toFile().setExecutable(true)).isTrue();
		assertThat(RedisBinary.onPath(String.join(File.pathSeparator, "", empty.toString(), data.toString())))
			.isEmpty();
		assertThat(RedisBinary
			.onPath(String.join(File.pathSeparator, "", empty.toString(), data.toString(), programs.toString())))
			.contains(program);
	}

	@Test
	void embeddedProgramStarts() {
		try (RedisProcess process = RedisProcess.start(RedisBinary.embedded(), List.of())) {
			assertThat(RedisServers.ask("embedded", process.uri()).version()).startsWith("6.2.");
		}
	}

	@Test
	void programThatDoesNotStartIsAnErrorThatTellsItsOutput() {
		assertThatIllegalStateException().isThrownBy(() -> RedisServers.dedicated("--no-such-option", "1"))
			.withMessageContaining("Redis did not start on port")
			.withMessageContaining("no-such-option");
	}

	@Test
	void dedicatedServerTakesOptions() {
		try (RedisProcess process = RedisServers.dedicated("--requirepass", "secret")) {
			assertThat(RedisServers.ask("own", "redis://:secret@127.0.0.1:" + process.port()).version()).isNotBlank();
		}
	}

	@Test
	void dedicatedServerIsStoppedAndStartsAgainEmptyOnItsPort() {
		try (RedisProcess process = RedisServers.dedicated()) {
			int port = process.port();
			use(process, (connection) -> connection.sync().set("key", "value"));
			process.stop();
			assertThatExceptionOfType(RedisConnectionException.class)
				.isThrownBy(() -> RedisServers.ask("own", process.uri()));
			assertThatIllegalStateException().isThrownBy(process::stop)
				.withMessage("Redis does not run on port " + port);
			process.start();
			assertThat(process.port()).isEqualTo(port);
			use(process, (connection) -> assertThat(connection.sync().get("key")).isNull());
			assertThatIllegalStateException().isThrownBy(process::start)
				.withMessage("Redis runs already on port " + port);
		}
	}

	@Test
	void stoppedServerStartsAgainOnceNobodyElseHasItsPort() throws IOException {
		try (RedisProcess process = RedisServers.dedicated()) {
			process.stop();
			CompletableFuture<Void> starting;
			try (ServerSocket other = new ServerSocket(process.port(), 1, InetAddress.getLoopbackAddress())) {
				starting = CompletableFuture.runAsync(process::start);
				await().during(Duration.ofMillis(300)).until(() -> !starting.isDone() && !other.isClosed());
			}
			starting.join();
			assertThat(RedisServers.ask("own", process.uri()).version()).isNotBlank();
		}
	}

	@Test
	void frozenServerAnswersNothingUntilItIsResumed() {
		try (RedisProcess process = RedisServers.dedicated()) {
			use(process, (connection) -> {
				RedisCommands<String, String> redis = connection.sync();
				redis.set("key", "value");
				process.freeze();
				connection.setTimeout(Duration.ofMillis(100));
				assertThatExceptionOfType(RedisCommandTimeoutException.class).isThrownBy(() -> redis.get("key"));
				process.resume();
				connection.setTimeout(Duration.ofSeconds(30));
				assertThat(redis.get("key")).isEqualTo("value");
			});
		}
	}

	@Test
	void frozenServerIsEndedByClose() {
		RedisProcess process = RedisServers.dedicated();
		process.freeze();
		process.close();
		assertThatExceptionOfType(RedisConnectionException.class)
			.isThrownBy(() -> RedisServers.ask("own", process.uri()));
	}

	private static Optional<RedisServer> unwanted() {
		throw new AssertionError("Not to be asked");
	}

	private static void use(RedisProcess process, Consumer<StatefulRedisConnection<String, String>> user) {
		RedisClient client = RedisClient.create(process.uri());
		try (StatefulRedisConnection<String, String> connection = client.connect()) {
			user.accept(connection);
		}
		finally {
			client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
		}
	}

}
