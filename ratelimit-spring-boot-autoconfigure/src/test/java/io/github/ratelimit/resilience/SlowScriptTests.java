package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import io.github.ratelimit.store.redis.RedisAddress;
import io.github.ratelimit.store.redis.RedisClientSettings;
import io.github.ratelimit.store.redis.RedisConnection;
import io.github.ratelimit.store.redis.RedisRateLimitStore;
import io.github.ratelimit.testsupport.PlainRedis;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import io.lettuce.core.RedisURI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests that a script which keeps Redis busy, somebody else's or a caller's own, holds up
 * no caller for longer than the deadline of that caller.
 */
class SlowScriptTests {

	private static final Duration DEADLINE = Duration.ofMillis(250);

	private static final Duration LONG = Duration.ofSeconds(30);

	// Redis answers nobody for so long, and can be told to end a script only afterwards
	private static final String SILENT_MILLIS = "1500";

	private static final int CALLERS = 200;

	private static final Limit HUNDRED = Limit.of("1/d").withBurst(100);

	private static final Limit HUGE = Limit.of("500000/d").withAlgorithm(Algorithm.SLIDING_WINDOW);

	private RedisProcess server;

	@BeforeEach
	void start() {
		this.server = RedisServers.dedicated("--lua-time-limit", SILENT_MILLIS);
	}

	@AfterEach
	void stop() {
		this.server.close();
	}

	@Test
	void callersAreAnsweredWithinTheirDeadlinesWhileAScriptOfSomebodyRuns() {
		try (RedisConnection connection = connect(DEADLINE);
				FailureModeRateLimitStore store = guarded(connection);
				PlainRedis somebody = PlainRedis.of(this.server.port())) {
			await().atMost(LONG).until(() -> isDecidedByRedis(store));
			CompletableFuture<Void> script = CompletableFuture.runAsync(
					() -> somebody.call("EVAL", "while true do end", "0"),
					(call) -> new Thread(call, "somebody").start());
			await().atMost(LONG).until(() -> IntStream.range(0, 3).noneMatch((i) -> isDecidedByRedis(store)));
			for (int round = 0; round < 2; round++) {
				assertThat(ask(store, HUNDRED, 1)).allSatisfy(
						(answer) -> assertThat(answer).succeedsWithin(LONG).isEqualTo(RateLimitDecision.unavailable()));
			}
			assertThat(script).isNotDone();
			endScript();
			assertThat(script).failsWithin(LONG);
			await().atMost(LONG).until(() -> isDecidedByRedis(store));
		}
	}

	/**
	 * Redis makes large states of some of these, one after the other.
	 */
	@Test
	void callersWhoTravelWithLargeDecisionsHaveTheirOwnAnswers() {
		try (RedisConnection connection = connect(LONG)) {
			RedisRateLimitStore store = new RedisRateLimitStore(connection, "slow");
			this.server.freeze();
			List<CompletableFuture<RateLimitDecision>> large;
			List<CompletableFuture<RateLimitDecision>> small;
			try {
				large = Stream.of("a", "b", "c", "d", "e").map((key) -> ask(store, key, HUGE, 500_000)).toList();
				small = ask(store, HUGE, 1);
			}
			finally {
				this.server.resume();
			}
			assertThat(small).allSatisfy(SlowScriptTests::assertThatOneIsCharged);
			assertThat(large).allSatisfy((answer) -> assertThat(answer).succeedsWithin(LONG)
				.satisfies((decision) -> assertThat(decision.remaining()).isZero()));
		}
	}

	private void endScript() {
		try (PlainRedis redis = PlainRedis.of(this.server.port())) {
			redis.call("SCRIPT", "KILL");
		}
	}

	private static void assertThatOneIsCharged(CompletableFuture<RateLimitDecision> answer) {
		assertThat(answer).succeedsWithin(LONG).satisfies((decision) -> {
			assertThat(decision.source()).isEqualTo(DecisionSource.REDIS);
			assertThat(decision.remaining()).isEqualTo(decision.limit() - 1);
		});
	}

	private static boolean isDecidedByRedis(FailureModeRateLimitStore store) {
		return ask(store, "any", HUNDRED.withName("any"), 0).join().source() == DecisionSource.REDIS;
	}

	/**
	 * Ask for many callers at the same time.
	 */
	private static List<CompletableFuture<RateLimitDecision>> ask(RateLimitStore store, Limit limit, long cost) {
		return IntStream.range(0, CALLERS).mapToObj((i) -> ask(store, "user:" + i, limit, cost)).toList();
	}

	private static CompletableFuture<RateLimitDecision> ask(RateLimitStore store, String key, Limit limit, long cost) {
		return store
			.acquire(new RateLimitRequest(List.of(new Charge(new Counter("ai", key, limit), cost)), FailureMode.CLOSED))
			.toCompletableFuture();
	}

	private RedisConnection connect(Duration timeout) {
		RedisConnection connection = RedisConnection.to(
				RedisAddress.of(RedisURI.create("127.0.0.1", this.server.port())),
				new RedisClientSettings(null, null, LONG, timeout));
		connection.open();
		return connection;
	}

	/**
	 * Has Redis asked all the time, whatever fails.
	 */
	private static FailureModeRateLimitStore guarded(RedisConnection connection) {
		return new FailureModeRateLimitStore(new RedisRateLimitStore(connection, "slow"),
				InMemoryRateLimitStore.create(),
				FailureModeSettings.of(DEADLINE).withWindowSize(100_000).withFailureThreshold(100_000), () -> 1,
				new RateLimitListener() {
				});
	}

}
