package io.github.ratelimit.store.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.StoreStatus;
import io.github.ratelimit.testsupport.RedisProbe;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RedisRateLimitStore} and {@link RedisConnection} on a real Redis of
 * their own: what is sent to it, what it keeps, and what happens when the connection
 * breaks.
 */
class RedisRateLimitStoreTests {

	private static final Limit HUNDRED = Limit.of("1/d").withBurst(100).withName("ai");

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static RedisProcess server;

	private static RedisProbe probe;

	private static RedisConnection connection;

	private final RedisRateLimitStore store = new RedisRateLimitStore(connection, "a");

	@BeforeAll
	static void start() {
		server = RedisServers.dedicated();
		probe = RedisProbe.of(server.uri());
		connection = connect(server.port());
		connection.open();
	}

	@AfterAll
	static void stop() {
		connection.close();
		probe.close();
		server.close();
	}

	@BeforeEach
	void warmUp() {
		acquire(this.store, "warm-up", HUNDRED, 1);
		probe.clear();
	}

	@Test
	void decisionIsOneCallOfAScript() {
		for (int i = 0; i < 10; i++) {
			assertThat(acquire(this.store, "user:1", HUNDRED, 10).allowed()).isTrue();
		}
		for (int i = 0; i < 7; i++) {
			assertThat(acquire(this.store, "user:1", HUNDRED, 1).allowed()).isFalse();
		}
		for (int i = 0; i < 5; i++) {
			assertThat(acquire(this.store, "user:1", HUNDRED, 0).remaining()).isZero();
		}
		assertThat(probe.commandCalls())
			.isEqualTo(Map.of("evalsha", 10L + 7 + 5, "time", 10L + 7 + 5, "get", 10L + 7 + 5, "set", 10L));
	}

	@Test
	void refusalsAndQuestionsWriteNothing() {
		acquire(this.store, "user:1", HUNDRED, 99);
		byte[] value = probe.value("rate_limit:a:ai:{user:1}");
		Duration timeToLive = probe.timeToLive("rate_limit:a:ai:{user:1}");
		probe.clearCommandCalls();
		for (int i = 0; i < 5; i++) {
			assertThat(acquire(this.store, "user:1", HUNDRED, 2).allowed()).isFalse();
			acquire(this.store, "user:1", HUNDRED, 0);
			acquire(this.store, "user:2", HUNDRED, 0);
			acquire(this.store, "user:2", HUNDRED, 101);
		}
		assertThat(probe.commandCalls()).containsOnlyKeys("evalsha", "time", "get").containsEntry("evalsha", 20L);
		assertThat(probe.value("rate_limit:a:ai:{user:1}")).isEqualTo(value);
		assertThat(probe.timeToLive("rate_limit:a:ai:{user:1}")).isLessThanOrEqualTo(timeToLive)
			.isGreaterThan(timeToLive.minusHours(1));
		assertThat(probe.keys("*")).containsExactly("rate_limit:a:ai:{user:1}");
	}

	@ParameterizedTest
	@CsvSource({ "2/s, 5, 1", "2/s, 5, 5", "0.5/s, 2, 2", "7/s, 3, 2", "11/13s, 40, 40", "100000/s, 100000, 100000",
			"1/d, 10, 3", "10000000/d, 1, 1", "1/3653d, 1000, 1000" })
	void keyLivesNoLongerThanItsUnitsTakeToComeBack(String rate, long burst, long cost) {
		Limit limit = Limit.of(rate).withBurst(burst);
		RateLimitDecision decision = acquire(this.store, "user:1", limit, cost);
		assertThat(decision.allowed()).isTrue();
		assertThat(decision.resetAfter()).isPositive();
		assertThat(probe.timeToLive("rate_limit:a:ai:{user:1}:default"))
			.isLessThanOrEqualTo(decision.resetAfter().plusSeconds(1));
		assertThat(probe.keys("*")).allMatch((key) -> probe.timeToLive(key).toMillis() != -1);
	}

	@Test
	void keyOf24CharactersTakesAtMost112Bytes() {
		acquire(this.store, "user:1", HUNDRED, 1);
		acquire(this.store, "user:1", HUNDRED, 50);
		assertThat("rate_limit:a:ai:{user:1}").hasSize(24);
		assertThat(probe.memoryUsage("rate_limit:a:ai:{user:1}")).isBetween(1L, 112L);
	}

	@Test
	void resetIsOneCommand() {
		acquire(this.store, "user:1", HUNDRED, 50);
		probe.clearCommandCalls();
		this.store.reset(List.of(new Counter("ai", "user:1", HUNDRED))).toCompletableFuture().join();
		assertThat(probe.commandCalls()).isEqualTo(Map.of("del", 1L));
		assertThat(probe.keys("*")).isEmpty();
	}

	@Test
	void scriptThatTheServerForgotIsSentAgainAndChargedOnce() {
		acquire(this.store, "user:1", HUNDRED, 1);
		probe.forgetScripts();
		probe.clearCommandCalls();
		assertThat(acquire(this.store, "user:1", HUNDRED, 1).remaining()).isEqualTo(98);
		assertThat(probe.commandCalls()).containsEntry("eval", 1L).containsEntry("set", 1L);
		probe.clearCommandCalls();
		assertThat(acquire(this.store, "user:1", HUNDRED, 1).remaining()).isEqualTo(97);
		assertThat(probe.commandCalls()).containsEntry("evalsha", 1L).doesNotContainKey("eval");
	}

	@Test
	void scriptsThatAreForgottenUnderLoadLoseAndDoubleNothing() {
		Limit limit = HUNDRED.withBurst(500);
		List<CompletableFuture<RateLimitDecision>> answers = new ArrayList<>();
		for (int i = 0; i < 1000; i++) {
			if (i % 50 == 0) {
				probe.forgetScripts();
			}
			answers.add(acquireAsync(this.store, "user:1", limit, 1));
		}
		assertThat(answers.stream().map(CompletableFuture::join).filter(RateLimitDecision::allowed)).hasSize(500);
		assertThat(probe.commandCalls()).containsEntry("set", 500L).containsKey("eval");
	}

	@Test
	void keysAreThoseThatAreDocumented() {
		acquire(this.store, "user:42", HUNDRED, 1);
		acquire(this.store, "user:42", HUNDRED.withName("day"), 1);
		acquire(this.store, "ip:203.0.113.7", HUNDRED, 1);
		assertThat(probe.keys("*")).containsExactly("rate_limit:a:ai:{ip:203.0.113.7}", "rate_limit:a:ai:{user:42}",
				"rate_limit:a:ai:{user:42}:day");
	}

	@Test
	void twoApplicationsOnOneRedisDoNotShareCounts() {
		RedisRateLimitStore other = new RedisRateLimitStore(connection, "b");
		acquire(this.store, "user:1", HUNDRED, 60);
		assertThat(acquire(other, "user:1", HUNDRED, 60).remaining()).isEqualTo(40);
		assertThat(acquire(this.store, "user:1", HUNDRED, 0).remaining()).isEqualTo(40);
	}

	@Test
	void twoConnectionsOfOneApplicationShareCounts() {
		try (RedisConnection second = connect(server.port())) {
			second.open();
			RedisRateLimitStore other = new RedisRateLimitStore(second, "a");
			acquire(this.store, "user:1", HUNDRED, 60);
			assertThat(acquire(other, "user:1", HUNDRED, 60).allowed()).isFalse();
			assertThat(acquire(other, "user:1", HUNDRED, 40).remaining()).isZero();
		}
	}

	@Test
	void limitThatCannotBeCountedIsAnErrorAndSendsNothing() {
		Limit limit = Limit.of("1/3653d").withBurst(Long.MAX_VALUE);
		assertThat(acquireAsync(this.store, "user:1", limit, 1)).isCompletedExceptionally();
		assertThat(probe.commandCalls()).isEmpty();
	}

	@Test
	void serverThatDoesNotTellItsVersionIsConnected() {
		try (RedisProcess other = RedisServers.dedicated("--user", "limiter", "on", ">secret", "~rate_limit:*", "+@all",
				"-info");
				RedisConnection limited = RedisConnection.to(
						RedisAddress.of(RedisURI.create("redis://limiter:secret@127.0.0.1:" + other.port())),
						new RedisClientSettings(null, null, TIMEOUT, TIMEOUT))) {
			limited.open();
			RedisRateLimitStore few = new RedisRateLimitStore(limited, "a");
			assertThat(acquire(few, "user:1", HUNDRED, 1).allowed()).isTrue();
			assertThat(few.status()).isEqualTo(new StoreStatus("redis", true, "127.0.0.1:" + other.port(), null));
		}
	}

	@Test
	void requestsDoNotPileUpWhileRedisIsFrozen() {
		try (RedisProcess frozen = RedisServers.dedicated(); RedisConnection held = connect(frozen.port())) {
			held.open();
			RedisRateLimitStore other = new RedisRateLimitStore(held, "a");
			awaitDecides(other);
			frozen.freeze();
			List<CompletableFuture<RateLimitDecision>> waiting = new ArrayList<>();
			for (int i = 0; i < CommandsUnderWay.MAX; i++) {
				waiting.add(acquireAsync(other, "user:" + i, HUNDRED, 1));
			}
			assertThat(waiting).noneMatch(CompletableFuture::isDone);
			assertThat(acquireAsync(other, "user:1", HUNDRED, 1)).isCompletedExceptionally();
			frozen.resume();
			assertThat(waiting).allSatisfy((answer) -> assertThat(answer).succeedsWithin(TIMEOUT));
			assertThat(acquire(other, "user:1", HUNDRED, 1).remaining()).isEqualTo(98);
		}
	}

	@Test
	void requestsUnderWayOnALostConnectionMakeRoom() {
		try (RedisProcess lost = RedisServers.dedicated(); RedisConnection held = connect(lost.port())) {
			held.open();
			RedisRateLimitStore other = new RedisRateLimitStore(held, "a");
			for (int round = 0; round < 2; round++) {
				awaitDecides(other);
				lost.freeze();
				List<CompletableFuture<RateLimitDecision>> waiting = new ArrayList<>();
				for (int i = 0; i < CommandsUnderWay.MAX; i++) {
					waiting.add(acquireAsync(other, "user:" + i, HUNDRED, 1));
				}
				lost.stop();
				assertThat(waiting).allSatisfy((answer) -> assertThat(answer).failsWithin(TIMEOUT));
				lost.start();
			}
			awaitDecides(other);
		}
	}

	@Test
	void whatWasSentOnALostConnectionIsNotSentAgain() {
		List<CompletableFuture<RateLimitDecision>> answers = new ArrayList<>();
		long killed = probe.killOtherConnectionsBeforeTheirCommandsRun(() -> {
			for (int i = 0; i < 200; i++) {
				answers.add(acquireAsync(this.store, "user:" + i, HUNDRED, 1));
			}
		});
		assertThat(killed).isEqualTo(1);
		assertThat(answers).allSatisfy((answer) -> assertThat(answer).failsWithin(TIMEOUT));
		awaitDecides(this.store);
		assertThat(probe.keys("*")).containsExactly("rate_limit:a:ai:{afterwards}");
	}

	@Test
	void connectionsKilledUnderLoadChargeNobodyTwice() throws InterruptedException {
		// A command that could not be written is not answered before its timeout
		try (RedisConnection killed = connect(server.port(), Duration.ofSeconds(1))) {
			killed.open();
			chargeNobodyTwice(new RedisRateLimitStore(killed, "a"));
		}
	}

	private void chargeNobodyTwice(RedisRateLimitStore killed) throws InterruptedException {
		int calls = 4_000;
		Semaphore inFlight = new Semaphore(256);
		List<CompletableFuture<RateLimitDecision>> answers = new ArrayList<>();
		for (int i = 0; i < calls; i++) {
			if (i % 500 == 250) {
				assertThat(probe.killOtherConnections()).isPositive();
				await().atMost(TIMEOUT).until(() -> probe.otherConnections() == 2);
			}
			assertThat(inFlight.tryAcquire(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
			CompletableFuture<RateLimitDecision> answer = acquireAsync(killed, "user:" + i, HUNDRED, 1);
			answers.add(answer.whenComplete((decision, error) -> inFlight.release()));
		}
		assertThat(inFlight.tryAcquire(256, TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		assertThat(answers).anyMatch(CompletableFuture::isCompletedExceptionally);
		assertThat(answers).anyMatch((answer) -> !answer.isCompletedExceptionally());
		awaitDecides(killed);
		awaitDecides(this.store);
		for (int i = 0; i < calls; i++) {
			long remaining = acquire(this.store, "user:" + i, HUNDRED, 0).remaining();
			if (answers.get(i).isCompletedExceptionally()) {
				assertThat(remaining).isBetween(99L, 100L);
			}
			else {
				assertThat(remaining).isEqualTo(99);
			}
		}
	}

	private static void awaitDecides(RedisRateLimitStore store) {
		await().atMost(TIMEOUT)
			.ignoreExceptionsInstanceOf(RedisException.class)
			.until(() -> acquire(store, "afterwards", HUNDRED, 1).allowed());
	}

	@Test
	void serverThatRestartsIsFoundAgainAndCountsBeginAnew() {
		try (RedisProcess other = RedisServers.dedicated(); RedisConnection lost = connect(other.port())) {
			lost.open();
			RedisRateLimitStore restarted = new RedisRateLimitStore(lost, "a");
			acquire(restarted, "user:1", HUNDRED, 60);
			assertThat(restarted.status()).satisfies((status) -> {
				assertThat(status.kind()).isEqualTo("redis");
				assertThat(status.connected()).isTrue();
				assertThat(status.host()).isEqualTo("127.0.0.1:" + other.port());
				assertThat(status.serverVersion()).matches("\\d+\\.\\d+\\.\\d+");
			});
			other.stop();
			await().atMost(TIMEOUT).until(() -> !restarted.status().connected());
			assertThat(acquireAsync(restarted, "user:1", HUNDRED, 1)).failsWithin(TIMEOUT);
			other.start();
			await().atMost(TIMEOUT).until(() -> restarted.status().connected());
			assertThat(acquire(restarted, "user:1", HUNDRED, 1).remaining()).isEqualTo(99);
		}
	}

	@Test
	void serverThatComesLaterIsFound() {
		try (RedisProcess other = RedisServers.dedicated()) {
			other.stop();
			try (RedisConnection early = connect(other.port())) {
				early.open();
				RedisRateLimitStore waiting = new RedisRateLimitStore(early, "a");
				assertThat(waiting.status())
					.isEqualTo(new StoreStatus("redis", false, "127.0.0.1:" + other.port(), null));
				assertThat(acquireAsync(waiting, "user:1", HUNDRED, 1)).failsWithin(Duration.ZERO)
					.withThrowableThat()
					.withMessageContaining("no connection to Redis at 127.0.0.1:" + other.port() + " yet");
				other.start();
				await().atMost(TIMEOUT).until(() -> waiting.status().connected());
				assertThat(acquire(waiting, "user:1", HUNDRED, 1).remaining()).isEqualTo(99);
			}
		}
	}

	@Test
	void closedConnectionLeavesNoThreads() {
		Set<Thread> before = ClientThreads.alive();
		RedisConnection closing = connect(server.port());
		closing.open();
		acquire(new RedisRateLimitStore(closing, "a"), "user:1", HUNDRED, 1);
		Set<Thread> own = ClientThreads.alive();
		own.removeAll(before);
		assertThat(own).isNotEmpty();
		closing.close();
		await().atMost(TIMEOUT).until(() -> own.stream().noneMatch(Thread::isAlive));
	}

	@Test
	void connectionClosedBeforeItWasMadeLeavesNoThreads() {
		try (RedisProcess other = RedisServers.dedicated()) {
			other.freeze();
			Set<Thread> before = ClientThreads.alive();
			RedisConnection closing = connect(other.port(), Duration.ofMillis(500));
			closing.open();
			Set<Thread> own = new HashSet<>();
			await().atMost(TIMEOUT).until(() -> {
				own.addAll(ClientThreads.alive());
				return own.stream().anyMatch((thread) -> thread.getName().equals("ratelimit-redis"));
			});
			own.removeAll(before);
			closing.close();
			await().atMost(TIMEOUT).until(() -> own.stream().noneMatch(Thread::isAlive));
		}
	}

	private static RedisConnection connect(int port) {
		return connect(port, TIMEOUT);
	}

	private static RedisConnection connect(int port, Duration timeout) {
		return RedisConnection.to(RedisAddress.of(RedisURI.create("127.0.0.1", port)),
				new RedisClientSettings(null, null, timeout, timeout));
	}

	private static RateLimitDecision acquire(RedisRateLimitStore store, String key, Limit limit, long cost) {
		try {
			return acquireAsync(store, key, limit, cost).join();
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof RedisException cause) {
				throw cause;
			}
			throw ex;
		}
	}

	private static CompletableFuture<RateLimitDecision> acquireAsync(RedisRateLimitStore store, String key, Limit limit,
			long cost) {
		return store.acquire(request(key, limit, cost)).toCompletableFuture();
	}

	private static RateLimitRequest request(String key, Limit limit, long cost) {
		return new RateLimitRequest(List.of(new Charge(new Counter("ai", key, limit), cost)), FailureMode.CLOSED);
	}

}
