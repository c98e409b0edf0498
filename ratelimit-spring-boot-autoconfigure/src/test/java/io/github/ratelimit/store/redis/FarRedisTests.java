package io.github.ratelimit.store.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.CounterChanges;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.testsupport.FaultyProxy;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import io.lettuce.core.RedisURI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests that decisions hardly wait for others to come back from a Redis that is far, by
 * the calls that were sent before it answered any.
 */
class FarRedisTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final Duration FAR = Duration.ofMillis(30);

	private static final Limit LIMIT = Limit.of("1/d").withBurst(100).withName("ai");

	private static final int CALLS = 8;

	private static RedisProcess server;

	private final AtomicLong nanos = new AtomicLong();

	private final List<RedisConnection> connections = new ArrayList<>();

	private FaultyProxy proxy;

	@BeforeAll
	static void start() {
		server = RedisServers.dedicated();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	/**
	 * Has the server know the scripts.
	 */
	@BeforeEach
	void connect() {
		this.proxy = FaultyProxy.to(RedisURI.create(server.uri()).getPort());
		RedisRateLimitStore store = store(TIMEOUT, new Gathering(1, CALLS, true, this.nanos::get));
		server.freeze();
		List<CompletableFuture<RateLimitDecision>> answers = acquire(store, 3);
		server.resume();
		joinAll(answers);
	}

	@AfterEach
	void disconnect() {
		this.connections.forEach(RedisConnection::close);
		this.proxy.close();
	}

	@Test
	void batchThatIsFullWaitsForNone() {
		RedisRateLimitStore store = store(TIMEOUT, new Gathering(1, CALLS, true, this.nanos::get));
		long before = this.proxy.scriptCalls();
		server.freeze();
		List<CompletableFuture<RateLimitDecision>> answers = acquire(store, 1 + 3 * CALLS + 5);
		try {
			awaitScriptCalls(before + 1 + 3);
		}
		finally {
			server.resume();
		}
		assertThat(joinAll(answers)).allMatch(RateLimitDecision::allowed);
		assertThat(this.proxy.scriptCalls() - before).isEqualTo(1 + 3 + 1);
	}

	@Test
	void moreAreUnderWayToARedisThatIsFar() {
		RedisRateLimitStore store = store(TIMEOUT, new Gathering(4, 64, true, this.nanos::get));
		for (int i = 0; i < RoundTrips.ENOUGH; i++) {
			server.freeze();
			List<CompletableFuture<RateLimitDecision>> answers = acquire(store, 1);
			this.nanos.addAndGet(FAR.toNanos());
			server.resume();
			joinAll(answers);
		}
		long before = this.proxy.scriptCalls();
		server.freeze();
		List<CompletableFuture<RateLimitDecision>> answers = acquire(store, 120 + 5);
		try {
			awaitScriptCalls(before + 120);
		}
		finally {
			server.resume();
		}
		assertThat(joinAll(answers)).allMatch(RateLimitDecision::allowed);
		assertThat(this.proxy.scriptCalls() - before).isEqualTo(120 + 1);
	}

	@Test
	void manyAtOnceTakeFewCalls() {
		this.proxy.delay(FAR.dividedBy(2), FAR.dividedBy(2));
		RedisRateLimitStore store = store(TIMEOUT, Gathering.on());
		IntStream.range(0, 2 * RoundTrips.ENOUGH).forEach((i) -> joinAll(acquire(store, 1)));
		long before = this.proxy.scriptCalls();
		List<CompletableFuture<RateLimitDecision>> answers = acquire(store, 1_000);
		assertThat(joinAll(answers)).hasSize(1_000).allMatch(RateLimitDecision::allowed);
		assertThat(this.proxy.scriptCalls() - before).isLessThan(500);
	}

	@Test
	void whatWaitedIsToldWhenTheConnectionIsLostAndOthersAreSentAsEver() {
		RedisRateLimitStore store = store(TIMEOUT, new Gathering(1, 1_000, true, this.nanos::get));
		server.freeze();
		List<CompletableFuture<RateLimitDecision>> lost = acquire(store, 500);
		this.proxy.refuse();
		this.proxy.cut();
		server.resume();
		assertThat(lost).allSatisfy((answer) -> assertThat(answer).failsWithin(TIMEOUT));
		this.proxy.accept();
		await().atMost(TIMEOUT).ignoreExceptions().until(() -> joinAll(acquire(store, 1)).size() == 1);
		long before = this.proxy.scriptCalls();
		server.freeze();
		List<CompletableFuture<RateLimitDecision>> answers = acquire(store, 100);
		server.resume();
		assertThat(joinAll(answers)).allMatch(RateLimitDecision::allowed);
		assertThat(this.proxy.scriptCalls() - before).isEqualTo(2);
	}

	private RedisRateLimitStore store(Duration timeout, Gathering gathering) {
		RedisConnection connection = RedisConnection.to(
				RedisAddress.of(RedisURI.create("redis://127.0.0.1:" + this.proxy.port())),
				new RedisClientSettings(null, null, TIMEOUT, timeout));
		this.connections.add(connection);
		connection.open();
		return new RedisRateLimitStore(connection, "far", CounterChanges.NONE, null, gathering);
	}

	private void awaitScriptCalls(long number) {
		await().atMost(TIMEOUT).until(() -> this.proxy.scriptCalls() == number);
	}

	private static List<RateLimitDecision> joinAll(List<CompletableFuture<RateLimitDecision>> answers) {
		return answers.stream().map(CompletableFuture::join).toList();
	}

	private static List<CompletableFuture<RateLimitDecision>> acquire(RedisRateLimitStore store, int calls) {
		return IntStream.range(0, calls)
			.mapToObj((i) -> new Charge(new Counter("ai", "user:" + i, LIMIT), 1))
			.map((charge) -> store.acquire(new RateLimitRequest(List.of(charge), FailureMode.CLOSED))
				.toCompletableFuture())
			.toList();
	}

}
