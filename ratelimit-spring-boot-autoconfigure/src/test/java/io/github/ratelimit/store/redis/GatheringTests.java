package io.github.ratelimit.store.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.CounterChanges;
import io.github.ratelimit.DamagedCounterException;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.testsupport.RedisProbe;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisURI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests that decisions which are asked for at the same time travel together, on a real
 * Redis that is frozen while they pile up, and that nobody notices but by the number of
 * commands.
 */
class GatheringTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final Limit HUNDRED = Limit.of("1/d").withBurst(100).withName("ai");

	private static final int CALLS = 8;

	private static RedisProcess server;

	private static RedisProbe probe;

	private final AtomicLong nanos = new AtomicLong();

	private RedisConnection connection;

	private RedisRateLimitStore store;

	@BeforeAll
	static void start() {
		server = RedisServers.dedicated();
		probe = RedisProbe.of(server.uri());
	}

	@AfterAll
	static void stop() {
		probe.close();
		server.close();
	}

	/**
	 * Has one batch under way at a time, so that what travels with what is certain.
	 */
	@BeforeEach
	void connect() {
		this.connection = RedisConnection.to(RedisAddress.of(RedisURI.create(server.uri())),
				new RedisClientSettings(null, null, TIMEOUT, TIMEOUT));
		this.connection.open();
		this.store = new RedisRateLimitStore(this.connection, "a", CounterChanges.NONE, null,
				new Gathering(1, CALLS, true, this.nanos::get));
		joinAll(whileFrozen(() -> IntStream.range(0, 3).mapToObj((i) -> acquire("warm-up", HUNDRED)).toList()));
		probe.clear();
	}

	@AfterEach
	void disconnect() {
		this.connection.close();
	}

	@Test
	void callsThatPileUpAreFewCommands() {
		int calls = 10 * CALLS;
		List<RateLimitDecision> decisions = joinAll(whileFrozen(
				() -> IntStream.rangeClosed(0, calls).mapToObj((i) -> acquire("user:" + i, HUNDRED)).toList()));
		assertThat(decisions).hasSize(calls + 1).allMatch((decision) -> decision.limits().get(0).remaining() == 99);
		assertThat(probe.commandCalls())
			.isEqualTo(Map.of("evalsha", 11L, "time", 11L, "get", calls + 1L, "set", calls + 1L));
	}

	@Test
	void decisionsOfDifferentKindsTravelApart() {
		Limit day = HUNDRED.withName("day");
		joinAll(whileFrozen(() -> IntStream.range(0, 6)
			.mapToObj((i) -> (i % 2 == 0) ? acquire("user:1", HUNDRED) : acquire("user:1", HUNDRED, day))
			.toList()));
		probe.clear();
		List<RateLimitDecision> decisions = joinAll(whileFrozen(() -> IntStream.range(0, 10)
			.mapToObj((i) -> (i % 2 == 0) ? acquire("user:1", HUNDRED) : acquire("user:1", HUNDRED, day))
			.toList()));
		assertThat(decisions).allMatch(RateLimitDecision::allowed);
		assertThat(probe.commandCalls()).containsEntry("evalsha", 4L);
	}

	@Test
	void callsOfOneKeySeeEachOtherInOrder() {
		Limit three = HUNDRED.withBurst(3);
		List<RateLimitDecision> decisions = joinAll(
				whileFrozen(() -> IntStream.range(0, CALLS).mapToObj((i) -> acquire("user:1", three)).toList()));
		assertThat(decisions).extracting(RateLimitDecision::allowed)
			.containsExactly(true, true, true, false, false, false, false, false);
		assertThat(decisions).extracting((decision) -> decision.limits().get(0).remaining()).startsWith(2L, 1L, 0L, 0L);
	}

	@Test
	void callThatFailsFailsAlone() {
		String damaged = "rate_limit:a:ai:{user:3}";
		RedisClient client = RedisClient.create(server.uri());
		client.connect().sync().lpush(damaged, "somebody's");
		client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
		List<CompletableFuture<RateLimitDecision>> answers = whileFrozen(
				() -> IntStream.range(0, 6).mapToObj((i) -> acquire("user:" + i, HUNDRED)).toList());
		assertThat(answers.get(3)).failsWithin(TIMEOUT)
			.withThrowableThat()
			.withCauseInstanceOf(DamagedCounterException.class)
			.withMessageContaining("WRONGTYPE");
		answers.remove(3);
		assertThat(joinAll(answers)).allMatch(RateLimitDecision::allowed);
		assertThat(probe.keys("*")).hasSize(6);
	}

	@Test
	void callerThatFailsKeepsNobodyFromItsAnswer() {
		List<CompletableFuture<RateLimitDecision>> answers = whileFrozen(() -> IntStream.range(0, 6).mapToObj((i) -> {
			CompletableFuture<RateLimitDecision> answer = acquire("user:" + i, HUNDRED);
			answer.thenRun(() -> {
				throw new IllegalStateException("of no interest to others");
			});
			return answer;
		}).toList());
		assertThat(joinAll(answers)).allMatch(RateLimitDecision::allowed);
	}

	@Test
	void callThatHasWaitedTooLongIsNotSent() {
		List<CompletableFuture<RateLimitDecision>> answers = whileFrozen(() -> {
			List<CompletableFuture<RateLimitDecision>> waiting = new ArrayList<>();
			IntStream.range(0, 4).forEach((i) -> waiting.add(acquire("user:" + i, HUNDRED)));
			this.nanos.addAndGet(TIMEOUT.toNanos() + 1);
			waiting.add(acquire("user:4", HUNDRED));
			return waiting;
		});
		assertThat(answers.get(0)).succeedsWithin(TIMEOUT);
		assertThat(answers.get(4)).succeedsWithin(TIMEOUT);
		assertThat(answers.subList(1, 4)).allSatisfy((answer) -> assertThat(answer).failsWithin(TIMEOUT)
			.withThrowableThat()
			.withCauseInstanceOf(RedisCommandTimeoutException.class));
		assertThat(probe.keys("*")).containsExactly("rate_limit:a:ai:{user:0}", "rate_limit:a:ai:{user:4}");
	}

	@Test
	void scriptsThatTheServerForgotAreSentAgainAndNobodyIsChargedTwice() {
		probe.forgetScripts();
		List<RateLimitDecision> decisions = joinAll(
				whileFrozen(() -> IntStream.range(0, CALLS).mapToObj((i) -> acquire("user:1", HUNDRED)).toList()));
		assertThat(decisions.get(CALLS - 1).limits().get(0).remaining()).isEqualTo(100 - CALLS);
		assertThat(probe.commandCalls()).containsEntry("set", (long) CALLS).containsEntry("eval", 2L);
	}

	@Test
	void stateThatIsAheadOfTheClockMovesTheTimeOfItsOwnCallAlone() {
		AtomicLong ahead = new AtomicLong(probe.time().plusSeconds(3600).toEpochMilli() * 1000);
		new RedisRateLimitStore(this.connection, "a", ahead::get).acquire(request("user:1", HUNDRED))
			.toCompletableFuture()
			.join();
		List<RateLimitDecision> decisions = joinAll(
				whileFrozen(() -> IntStream.range(0, 3).mapToObj((i) -> acquire("user:" + i, HUNDRED)).toList()));
		assertThat(decisions.get(1).chargedAt()).isAfter(probe.time().plusSeconds(3000));
		assertThat(decisions.get(2).chargedAt()).isBefore(probe.time().plusSeconds(1));
	}

	@Test
	void callsThatWaitEndBeforeTheConnectionIsClosed() throws InterruptedException {
		List<CompletableFuture<RateLimitDecision>> answers = new ArrayList<>();
		Thread closing = new Thread(this.connection::close);
		server.freeze();
		try {
			IntStream.range(0, 3 * CALLS).forEach((i) -> answers.add(acquire("user:" + i, HUNDRED)));
			closing.start();
			await().atMost(TIMEOUT).until(() -> closing.getState() == Thread.State.TIMED_WAITING);
			assertThat(acquire("user:1", HUNDRED)).isCompletedExceptionally();
		}
		finally {
			server.resume();
		}
		assertThat(joinAll(answers)).allMatch(RateLimitDecision::allowed);
		closing.join(TIMEOUT.toMillis());
		assertThat(closing.isAlive()).isFalse();
	}

	@Test
	void callersAtTheSameTimeGetWhatThereIsWithFewerCommands() {
		RedisRateLimitStore usual = new RedisRateLimitStore(this.connection, "a");
		Limit limit = HUNDRED.withBurst(1_000);
		int threads = 64;
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		List<CompletableFuture<Long>> allowed = IntStream.range(0, threads)
			.mapToObj((i) -> CompletableFuture.supplyAsync(() -> IntStream.range(0, 50)
				.filter((call) -> usual.acquire(request("user:1", limit)).toCompletableFuture().join().allowed())
				.count(), executor))
			.toList();
		assertThat(allowed.stream().mapToLong(CompletableFuture::join).sum()).isEqualTo(1_000);
		executor.shutdown();
		assertThat(probe.commandCalls()).containsEntry("set", 1_000L)
			.containsEntry("get", 3_200L)
			.hasEntrySatisfying("evalsha", (calls) -> assertThat(calls).isLessThan(3_200L));
	}

	@Test
	void nothingTravelsTogetherWhereItIsSwitchedOff() {
		RedisRateLimitStore off = new RedisRateLimitStore(this.connection, "a", CounterChanges.NONE, false);
		joinAll(whileFrozen(() -> IntStream.range(0, 50)
			.mapToObj((i) -> off.acquire(request("user:1", HUNDRED)).toCompletableFuture())
			.toList()));
		assertThat(probe.commandCalls()).containsEntry("evalsha", 50L).containsEntry("time", 50L);
	}

	private List<CompletableFuture<RateLimitDecision>> whileFrozen(
			Supplier<List<CompletableFuture<RateLimitDecision>>> calls) {
		server.freeze();
		try {
			return new ArrayList<>(calls.get());
		}
		finally {
			server.resume();
		}
	}

	private static List<RateLimitDecision> joinAll(List<CompletableFuture<RateLimitDecision>> answers) {
		return answers.stream().map(CompletableFuture::join).toList();
	}

	private CompletableFuture<RateLimitDecision> acquire(String key, Limit... limits) {
		return this.store.acquire(request(key, limits)).toCompletableFuture();
	}

	private static RateLimitRequest request(String key, Limit... limits) {
		List<Charge> charges = IntStream.range(0, limits.length)
			.mapToObj((i) -> new Charge(new Counter("ai", key, limits[i]), 1))
			.toList();
		return new RateLimitRequest(charges, FailureMode.CLOSED);
	}

}
