package io.github.ratelimit.store.redis;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.testsupport.RedisCluster;
import io.github.ratelimit.testsupport.SteadyLoad;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.SlotHash;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RedisRateLimitStore} on a cluster whose nodes are lost and replaced by
 * their replicas while it is used.
 */
class ClusterFailoverTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static RedisCluster cluster;

	private static RedisConnection connection;

	private final RedisRateLimitStore store = new RedisRateLimitStore(connection, UUID.randomUUID().toString());

	@BeforeAll
	static void start() {
		cluster = RedisCluster.withReplicas();
		connection = RedisConnection
			.to(new RedisAddress(cluster.ports().stream().map((port) -> RedisURI.create("127.0.0.1", port)).toList(),
					true), new RedisClientSettings(null, null, Duration.ofMillis(500), Duration.ofMillis(100)));
		connection.open();
	}

	@AfterAll
	static void stop() {
		connection.close();
		cluster.close();
	}

	@Test
	void replicaDecidesInPlaceOfNodeThatIsKilled() {
		replicaDecidesInPlaceOfNode(0, () -> cluster.primary(0).stop());
	}

	/**
	 * Connections to the node stay open.
	 */
	@Test
	void replicaDecidesInPlaceOfNodeThatHangs() {
		replicaDecidesInPlaceOfNode(1, () -> cluster.primary(1).freeze());
	}

	private void replicaDecidesInPlaceOfNode(int lost, Runnable lose) {
		List<String> keys = keysOfNode(lost);
		try (SteadyLoad load = SteadyLoad.on(this.store, keys, SteadyLoad.MANY)) {
			load.awaitSteady(TIMEOUT);
			lose.run();
			await().atMost(TIMEOUT).until(() -> cluster.isReplaced(lost));
			load.awaitSteady(TIMEOUT);
			load.stop();
			load.assertThatNothingIsCountedTwice();
		}
	}

	@Test
	void commandsToNodeThatIsGoneFailAtOnce() {
		cluster.primary(2).stop();
		// Often, since its replica soon stands in
		await().atMost(TIMEOUT)
			.pollInterval(Duration.ofMillis(10))
			.untilAsserted(
					() -> assertThat(this.store.acquire(request(2)).toCompletableFuture()).isCompletedExceptionally());
		await().atMost(TIMEOUT).until(() -> cluster.isReplaced(2));
		await().atMost(TIMEOUT)
			.untilAsserted(
					() -> assertThat(this.store.acquire(request(2)).toCompletableFuture()).succeedsWithin(TIMEOUT));
	}

	private static RateLimitRequest request(int place) {
		return new RateLimitRequest(
				List.of(new Charge(new Counter("load", keysOfNode(place).get(0), SteadyLoad.MANY), 1)),
				FailureMode.CLOSED);
	}

	private static List<String> keysOfNode(int place) {
		return IntStream.range(0, 100)
			.mapToObj((i) -> "user:" + i)
			.filter((key) -> RedisCluster.placeOf(SlotHash.getSlot(key)) == place)
			.limit(16)
			.toList();
	}

}
