package io.github.ratelimit.store.redis;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import io.github.ratelimit.testsupport.PlainRedis;
import io.github.ratelimit.testsupport.RedisCluster;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.SteadyLoad;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.SlotHash;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RedisRateLimitStore} on a cluster of three primaries whose slots move
 * while it is used: commands follow them, and each is run once.
 */
class ClusterOfThreeTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static RedisCluster cluster;

	private static RedisConnection connection;

	private final RedisRateLimitStore store = new RedisRateLimitStore(connection, UUID.randomUUID().toString());

	@BeforeAll
	static void start() {
		cluster = RedisCluster.ofPrimaries();
		connection = RedisConnection
			.to(new RedisAddress(cluster.ports().stream().map((port) -> RedisURI.create("127.0.0.1", port)).toList(),
					true), new RedisClientSettings(null, null, TIMEOUT, TIMEOUT));
		connection.open();
	}

	@AfterAll
	static void stop() {
		connection.close();
		cluster.close();
	}

	@Test
	void keysOfAllNodesAreCounted() {
		List<String> keys = IntStream.range(0, 50).mapToObj((i) -> "user:" + i).toList();
		assertThat(keys.stream().map((key) -> RedisCluster.placeOf(SlotHash.getSlot(key))).distinct())
			.hasSize(RedisCluster.PRIMARIES);
		try (SteadyLoad load = SteadyLoad.on(this.store, keys, SteadyLoad.MANY)) {
			await().atMost(TIMEOUT).until(() -> load.admitted() > 500);
			load.stop();
			assertThat(load.takeErrors()).isEmpty();
			load.assertThatCountsAreExact();
		}
	}

	/**
	 * The node that takes the slot knows none of the scripts.
	 */
	@Test
	void slotMovesUnderLoadWithoutErrorsAndEachChargeIsMadeOnce() {
		moveUnderLoad("alice", SteadyLoad.MANY);
	}

	/**
	 * A node that takes a slot turns away what has several keys and none or some of them
	 * there.
	 */
	@Test
	void slotMovesUnderLoadOfRequestsWithSeveralLimits() {
		moveUnderLoad("bob", SteadyLoad.MANY, SteadyLoad.MANY.withName("more"));
	}

	@Test
	void severalLimitsAreSettledAndResetWhileTheirSlotMoves() {
		int slot = SlotHash.getSlot("carol");
		RedisProcess from = cluster.primary(RedisCluster.placeOf(slot));
		RedisProcess to = cluster.primary((RedisCluster.placeOf(slot) + 1) % RedisCluster.PRIMARIES);
		RateLimitRequest request = request("carol", 5);
		RateLimitDecision decision = this.store.acquire(request).toCompletableFuture().join();
		cluster.beginMove(slot, from, to);
		assertThat(cluster.moveKeys(slot, from, to, 1)).isEqualTo(1);
		this.store.settle(new RateLimitSettlement(request, decision, List.of(2L, 3L))).toCompletableFuture().join();
		assertThat(remaining("carol")).containsExactly(8L, 7L);
		this.store.reset(request.charges().stream().map(Charge::counter).toList()).toCompletableFuture().join();
		assertThat(remaining("carol")).containsExactly(10L, 10L);
		cluster.endMove(slot, from, to);
		assertThat(remaining("carol")).containsExactly(10L, 10L);
	}

	private List<Long> remaining(String key) {
		return this.store.acquire(request(key, 0))
			.toCompletableFuture()
			.join()
			.limits()
			.stream()
			.map(LimitStatus::remaining)
			.toList();
	}

	private static RateLimitRequest request(String key, long cost) {
		Limit limit = Limit.of("10/d");
		return new RateLimitRequest(Stream.of("one", "other")
			.map((name) -> new Charge(new Counter("moved", key, limit.withName(name)), cost))
			.toList(), FailureMode.CLOSED);
	}

	private void moveUnderLoad(String caller, Limit... limits) {
		int slot = SlotHash.getSlot(caller);
		RedisProcess from = cluster.primary(RedisCluster.placeOf(slot));
		RedisProcess to = cluster.primary((RedisCluster.placeOf(slot) + 1) % RedisCluster.PRIMARIES);
		forgetScripts(to);
		List<String> keys = keysOfSlot(slot, caller);
		List<String> early = keys.subList(0, keys.size() / 2);
		try (SteadyLoad first = SteadyLoad.on(this.store, early, limits)) {
			awaitMore(first);
			cluster.beginMove(slot, from, to);
			awaitMore(first);
			List<String> late = keys.subList(keys.size() / 2, keys.size());
			try (SteadyLoad second = SteadyLoad.on(this.store, late, limits)) {
				awaitMore(second);
				cluster.moveKeys(slot, from, to, early.size() / 2);
				awaitMore(first);
				while (cluster.moveKeys(slot, from, to, 100) > 0) {
					awaitMore(second);
				}
				cluster.endMove(slot, from, to);
				awaitMore(first);
				awaitMore(second);
				second.stop();
				assertThat(second.takeErrors()).isEmpty();
				second.assertThatCountsAreExact();
			}
			first.stop();
			assertThat(first.takeErrors()).isEmpty();
			first.assertThatCountsAreExact();
		}
	}

	private static void awaitMore(SteadyLoad load) {
		long before = load.admitted();
		await().atMost(TIMEOUT).until(() -> load.admitted() > before + 200 || load.hasErrors());
	}

	/**
	 * Return keys of one slot: what stands in the first braces of a name says which, and
	 * no key of a counter has other braces.
	 */
	private static List<String> keysOfSlot(int slot, String caller) {
		return IntStream.iterate(0, (i) -> i + 1)
			.mapToObj((i) -> caller + i)
			.filter((key) -> SlotHash.getSlot(key) == slot)
			.limit(16)
			.toList();
	}

	private static void forgetScripts(RedisProcess node) {
		try (PlainRedis redis = PlainRedis.of(node.port())) {
			redis.call("SCRIPT", "FLUSH");
		}
	}

}
