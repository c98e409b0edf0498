package io.github.ratelimit.store.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import io.github.ratelimit.testsupport.RedisProbe;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import io.lettuce.core.RedisURI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests that what puts counts at risk in the configuration of a real Redis is found each
 * time it is connected to.
 */
@ExtendWith(OutputCaptureExtension.class)
class ServerCheckTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private static final String EVICTION = "maxmemory-policy is allkeys-lru";

	private static final String REPLICA = "The server is a replica";

	@Test
	void serverAsItIsByDefaultIsNoRisk(CapturedOutput output) {
		try (RedisProcess server = RedisServers.dedicated(); RedisConnection connection = open(server)) {
			assertThat(connection.status().warnings()).isEmpty();
			assertThat(connection.status().serverVersion()).matches("\\d+\\.\\d+\\.\\d+");
			assertThat(output).doesNotContain("WARN");
		}
	}

	@Test
	void policyThatForgetsCountsIsFoundAndToldOnce(CapturedOutput output) {
		try (RedisProcess server = RedisServers.dedicated("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru");
				RedisConnection connection = open(server);
				RedisProbe probe = RedisProbe.of(server.uri())) {
			assertThat(connection.status().warnings()).singleElement().asString().startsWith(EVICTION);
			reconnect(connection, probe);
			assertThat(output).containsOnlyOnce("Redis at 127.0.0.1:" + server.port() + ": " + EVICTION);
			probe.configure("maxmemory-policy", "noeviction");
			reconnect(connection, probe);
			assertThat(connection.status().warnings()).isEmpty();
			probe.configure("maxmemory-policy", "allkeys-lru");
			reconnect(connection, probe);
			assertThat(connection.status().warnings()).hasSize(1);
			assertThat(lines(output, EVICTION)).hasSize(2);
		}
	}

	@Test
	void replicaIsFound(CapturedOutput output) {
		try (RedisProcess primary = RedisServers.dedicated();
				RedisProcess server = RedisServers.dedicated();
				RedisProbe probe = RedisProbe.of(server.uri())) {
			probe.replicate(primary.port());
			try (RedisConnection connection = open(server)) {
				assertThat(connection.status().warnings()).singleElement().asString().startsWith(REPLICA);
				probe.promote();
				reconnect(connection, probe);
				assertThat(connection.status().warnings()).isEmpty();
			}
			assertThat(lines(output, REPLICA)).hasSize(1).allMatch((line) -> line.contains("WARN"));
		}
	}

	private static void reconnect(RedisConnection connection, RedisProbe probe) {
		CountDownLatch connected = new CountDownLatch(1);
		connection.whenConnected(connected::countDown);
		probe.killOtherConnections();
		await().atMost(LONG).until(() -> connected.getCount() == 0);
		// The check comes after the listeners, on their thread
		connection.background().run(() -> {
		}, LONG);
	}

	private static List<String> lines(CapturedOutput output, String part) {
		return output.toString().lines().filter((line) -> line.contains(part)).toList();
	}

	private static RedisConnection open(RedisProcess server) {
		RedisConnection connection = RedisConnection.to(RedisAddress.of(RedisURI.create("127.0.0.1", server.port())),
				new RedisClientSettings(null, null, LONG, LONG));
		connection.open();
		return connection;
	}

}
