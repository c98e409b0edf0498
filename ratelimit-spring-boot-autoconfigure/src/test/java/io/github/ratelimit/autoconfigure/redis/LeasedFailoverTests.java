package io.github.ratelimit.autoconfigure.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.ratelimit.testsupport.RedisCluster;
import io.github.ratelimit.testsupport.SentinelRedis;
import io.lettuce.core.cluster.SlotHash;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests that limits are leased from a cluster and from servers behind Sentinels as from
 * one server, and that what instances hold when a primary is lost stays charged.
 * <p>
 * The replica has all that was charged when the primary is lost. Of what it may lack,
 * where that is not waited for, leases change nothing.
 */
class LeasedFailoverTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static RedisCluster cluster;

	@BeforeAll
	static void start() {
		cluster = RedisCluster.withReplicas();
	}

	@AfterAll
	static void stop() {
		cluster.close();
	}

	@Test
	void keysOfAllNodesOfAClusterAreLeasedAndWhatIsLeftIsGivenBack() {
		List<String> keys = IntStream.range(0, RedisCluster.PRIMARIES)
			.mapToObj((place) -> keysOfNode("healthy", place).get(0))
			.toList();
		try (LeasingInstances instances = LeasingInstances.start(addressOfCluster())) {
			instances.callUntilAdmitted(keys, 2_000);
			instances.stop();
			assertThat(instances.byLeases()).isGreaterThan(1_000);
			assertThat(instances.counted(keys))
				.allSatisfy((key, counted) -> assertThat(counted).hasSize(2).containsOnly(instances.admitted(key)));
		}
	}

	@Test
	void whatIsHeldWhenANodeOfAClusterIsLostStaysCharged() {
		try (LeasingInstances instances = LeasingInstances.start(addressOfCluster())) {
			whatIsHeldStaysCharged(instances, keysOfNode("lost", 1), () -> cluster.awaitReplication(1),
					() -> cluster.primary(1).stop(), () -> cluster.isReplaced(1));
		}
	}

	@Test
	void whatIsHeldWhenAPrimaryBehindSentinelsIsLostStaysCharged() {
		try (SentinelRedis redis = SentinelRedis.start("");
				LeasingInstances instances = LeasingInstances.start(
						"spring.data.redis.sentinel.master=" + SentinelRedis.NAME,
						"spring.data.redis.sentinel.nodes=" + String.join(",", redis.sentinelAddresses()),
						"spring.data.redis.password=" + SentinelRedis.PASSWORD)) {
			whatIsHeldStaysCharged(instances, List.of("alice", "bob", "carol"), redis::awaitReplication,
					() -> redis.primary().stop(), redis::isReplaced);
		}
	}

	private static void whatIsHeldStaysCharged(LeasingInstances instances, List<String> keys, Runnable awaitReplication,
			Runnable lose, BooleanSupplier replaced) {
		instances.callUntilAdmitted(keys, (int) LeasingInstances.QUOTA);
		awaitReplication.run();
		lose.run();
		long before = instances.byLeases();
		instances.callOnce(keys);
		assertThat(instances.byLeases()).isGreaterThan(before);
		await().atMost(TIMEOUT).until(replaced::getAsBoolean);
		Instant since = Instant.now();
		instances.callUntilUsedUp(keys);
		assertThat(instances.byLeasesSince(since)).isPositive();
		instances.stop();
		assertThat(instances.counted(keys)).allSatisfy((key, counted) -> {
			assertThat(instances.admitted(key)).isLessThanOrEqualTo(LeasingInstances.QUOTA);
			assertThat(counted).hasSize(2)
				.allSatisfy((units) -> assertThat(units).isGreaterThanOrEqualTo(instances.admitted(key)));
		});
	}

	private static String addressOfCluster() {
		return "spring.data.redis.cluster.nodes="
				+ cluster.ports().stream().map((port) -> "127.0.0.1:" + port).collect(Collectors.joining(","));
	}

	private static List<String> keysOfNode(String prefix, int place) {
		return IntStream.range(0, 100)
			.mapToObj((i) -> prefix + i)
			.filter((key) -> RedisCluster.placeOf(SlotHash.getSlot(key)) == place)
			.limit(3)
			.toList();
	}

}
