package io.github.ratelimit.store.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import io.github.ratelimit.testsupport.RedisProbe;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.SlotHash;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RedisRateLimitStore} on a cluster, here of one node that has all
 * slots: keys of several slots are charged one after the other.
 */
class RedisClusterTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final Limit FIVE = Limit.of("1/d").withBurst(5).withName("five");

	private static final Limit TWO = Limit.of("1/d").withBurst(2).withName("two");

	private static RedisProcess server;

	private static RedisProbe probe;

	private static RedisConnection connection;

	private final RedisRateLimitStore store = new RedisRateLimitStore(connection, "a");

	private final String run = UUID.randomUUID().toString();

	@BeforeAll
	static void start() {
		server = RedisServers.dedicated("--cluster-enabled", "yes");
		takeAllSlots(server.uri());
		probe = RedisProbe.of(server.uri());
		RedisAddress address = new RedisAddress(List.of(RedisURI.create("127.0.0.1", server.port())), true);
		connection = RedisConnection.to(address, new RedisClientSettings(null, null, TIMEOUT, TIMEOUT));
		connection.open();
	}

	private static void takeAllSlots(String uri) {
		RedisClient client = RedisClient.create(uri);
		try (StatefulRedisConnection<String, String> plain = client.connect()) {
			plain.sync().clusterAddSlots(IntStream.range(0, SlotHash.SLOT_COUNT).toArray());
			await().atMost(TIMEOUT).until(() -> plain.sync().clusterInfo().contains("cluster_state:ok"));
		}
		finally {
			client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
		}
	}

	@AfterAll
	static void stop() {
		connection.close();
		probe.close();
		server.close();
	}

	@BeforeEach
	void keysLieInSeveralSlots() {
		assertThat(Stream.of("alice", "bob", "carol").map((key) -> SlotHash.getSlot("{" + key(key) + "}")).distinct())
			.hasSizeGreaterThan(1);
	}

	@Test
	void limitsOfOneKeyAreOneCall() {
		acquire(charge("alice", FIVE, 1), charge("alice", TWO, 1));
		probe.clearCommandCalls();
		assertThat(remaining(acquire(charge("alice", FIVE, 1), charge("alice", TWO, 1)))).containsExactly(3L, 0L);
		assertThat(probe.commandCalls()).containsEntry("evalsha", 1L).doesNotContainKey("eval");
	}

	@Test
	void callsOfOneKeyTravelTogether() {
		acquireWhileFrozen(9, (i) -> "alice");
		probe.clearCommandCalls();
		assertThat(acquireWhileFrozen(9, (i) -> "alice")).allMatch(RateLimitDecision::allowed);
		assertThat(probe.commandCalls()).containsEntry("evalsha", 5L);
	}

	@Test
	void callsOfSeveralSlotsDoNotWaitForEachOther() {
		acquireWhileFrozen(9, (i) -> "key" + i);
		probe.clearCommandCalls();
		assertThat(acquireWhileFrozen(9, (i) -> "key" + i)).allMatch(RateLimitDecision::allowed);
		assertThat(probe.commandCalls()).containsEntry("evalsha", 9L);
	}

	/**
	 * As a proxy before a cluster is one.
	 */
	@Test
	void serverThatDoesNotSayThatItIsAClusterIsFoundOut() {
		try (RedisConnection plain = RedisConnection.to(RedisAddress.of(RedisURI.create(server.uri())),
				new RedisClientSettings(null, null, TIMEOUT, TIMEOUT))) {
			plain.open();
			RedisRateLimitStore unaware = new RedisRateLimitStore(plain, "a");
			assertThat(acquireWhileFrozen(unaware, 50, (i) -> "key" + i)).allMatch(RateLimitDecision::allowed);
			probe.clearCommandCalls();
			assertThat(acquireWhileFrozen(unaware, 50, (i) -> "key" + i % 2)).allMatch(RateLimitDecision::allowed);
			assertThat(probe.commandCalls()).containsEntry("evalsha", 10L);
		}
	}

	private List<RateLimitDecision> acquireWhileFrozen(int calls, IntFunction<String> keys) {
		return acquireWhileFrozen(this.store, calls, keys);
	}

	private List<RateLimitDecision> acquireWhileFrozen(RedisRateLimitStore store, int calls, IntFunction<String> keys) {
		List<CompletableFuture<RateLimitDecision>> answers = new ArrayList<>();
		server.freeze();
		try {
			for (int i = 0; i < calls; i++) {
				RateLimitRequest request = request(charge(keys.apply(i), perDays(1_000, "many"), 1));
				answers.add(store.acquire(request).toCompletableFuture());
			}
		}
		finally {
			server.resume();
		}
		return answers.stream().map(CompletableFuture::join).toList();
	}

	@Test
	void severalKeysAreChargedAllOrNone() {
		assertThat(remaining(acquire(charge("alice", FIVE, 2), charge("bob", TWO, 2), charge("carol", FIVE, 2))))
			.containsExactly(3L, 0L, 3L);
		for (int place = 0; place < 3; place++) {
			List<Charge> charges = new ArrayList<>(List.of(charge("alice", FIVE, 1), charge("carol", FIVE, 1)));
			charges.add(place, charge("bob", TWO, 1));
			RateLimitDecision refused = acquire(charges.toArray(Charge[]::new));
			assertThat(refused.refusedBy()).containsExactly("two");
			assertThat(refused.limits().stream().map((status) -> status.limit().name()))
				.containsExactlyElementsOf(charges.stream().map((charge) -> charge.counter().limit().name()).toList());
			assertThat(refused.chargedAt()).isNull();
		}
		assertThat(remaining(acquire(charge("alice", FIVE, 0), charge("bob", TWO, 0), charge("carol", FIVE, 0))))
			.containsExactly(3L, 0L, 3L);
	}

	@Test
	void severalKeysAreSettledAndReset() {
		RateLimitRequest request = request(charge("alice", FIVE, 4), charge("bob", TWO, 2), charge("carol", FIVE, 1));
		RateLimitDecision decision = this.store.acquire(request).toCompletableFuture().join();
		this.store.settle(new RateLimitSettlement(request, decision, List.of(1L, 0L, 3L))).toCompletableFuture().join();
		assertThat(remaining(acquire(charge("alice", FIVE, 0), charge("bob", TWO, 0), charge("carol", FIVE, 0))))
			.containsExactly(4L, 2L, 2L);
		this.store.reset(request.charges().stream().map(Charge::counter).toList()).toCompletableFuture().join();
		assertThat(remaining(acquire(charge("alice", FIVE, 0), charge("bob", TWO, 0), charge("carol", FIVE, 0))))
			.containsExactly(5L, 2L, 5L);
	}

	@ParameterizedTest
	@EnumSource
	void severalSlotsAreSettledWhateverTheAlgorithm(Algorithm algorithm) {
		Limit ten = Limit.of("10/h").withAlgorithm(algorithm);
		RateLimitRequest request = request(charge("free", ten, 0), charge("alice", ten, 4), charge("bob", ten, 4),
				charge("carol", ten, 4));
		RateLimitDecision decision = this.store.acquire(request).toCompletableFuture().join();
		this.store.settle(new RateLimitSettlement(request, decision, List.of(0L, 0L, 0L, 9L)))
			.toCompletableFuture()
			.join();
		assertThat(remaining(acquire(charge("alice", ten, 0), charge("bob", ten, 0), charge("carol", ten, 0))))
			.containsExactly(10L, 10L, 1L);
	}

	/**
	 * What is given back on refusal may refuse others in between, but admits nobody.
	 */
	@Test
	void callsAtTheSameTimeNeverGetMoreThanThereIs() {
		Limit shared = perDays(300, "shared");
		Limit own = perDays(200, "own");
		List<CompletableFuture<RateLimitDecision>> answers = new ArrayList<>();
		for (int i = 0; i < 1_000; i++) {
			Charge first = charge("all", shared, 1);
			Charge second = charge("key" + i % 2, own, 1);
			RateLimitRequest request = (i % 3 == 0) ? request(second, first) : request(first, second);
			answers.add(this.store.acquire(request).toCompletableFuture());
		}
		long allowed = answers.stream().map(CompletableFuture::join).filter(RateLimitDecision::allowed).count();
		assertThat(allowed).isBetween(1L, 300L);
		assertThat(remaining(acquire(charge("all", shared, 0)))).containsExactly(300 - allowed);
		List<Long> left = remaining(acquire(charge("key0", own, 0), charge("key1", own, 0)));
		assertThat(left.get(0) + left.get(1)).isEqualTo(400 - allowed);
	}

	private static Limit perDays(long quota, String name) {
		return Limit.of(quota, Duration.ofDays(400)).withAlgorithm(Algorithm.FIXED_WINDOW).withName(name);
	}

	private RateLimitDecision acquire(Charge... charges) {
		return this.store.acquire(request(charges)).toCompletableFuture().join();
	}

	private static RateLimitRequest request(Charge... charges) {
		return new RateLimitRequest(Arrays.asList(charges), FailureMode.CLOSED);
	}

	private Charge charge(String key, Limit limit, long cost) {
		return new Charge(new Counter("ai", key(key), limit), cost);
	}

	private String key(String key) {
		return key + "-" + this.run;
	}

	private static List<Long> remaining(RateLimitDecision decision) {
		return decision.limits().stream().map(LimitStatus::remaining).toList();
	}

}
