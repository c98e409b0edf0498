package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Outcome;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import io.github.ratelimit.store.redis.RedisAddress;
import io.github.ratelimit.store.redis.RedisClientSettings;
import io.github.ratelimit.store.redis.RedisConnection;
import io.github.ratelimit.store.redis.RedisRateLimitStore;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import io.lettuce.core.RedisURI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link FailureModeRateLimitStore} around a real Redis that is frozen and
 * thaws: it takes what is sent to it, answers nothing, and later does all of it.
 */
@ExtendWith(OutputCaptureExtension.class)
class FrozenRedisTests {

	private static final Duration DEADLINE = Duration.ofMillis(250);

	private static final Duration LONG = Duration.ofSeconds(30);

	private static final Duration WAIT = Duration.ofMillis(200);

	private static final Limit HUNDRED = Limit.of("1/d").withBurst(100);

	private static final Limit TWO = Limit.of("1/d").withBurst(2).withName("two");

	private RedisProcess server;

	private RedisConnection connection;

	private FailureModeRateLimitStore store;

	@BeforeEach
	void start() {
		this.server = RedisServers.dedicated();
		this.connection = RedisConnection.to(RedisAddress.of(RedisURI.create("127.0.0.1", this.server.port())),
				new RedisClientSettings(null, null, LONG, DEADLINE));
		this.connection.open();
		this.store = new FailureModeRateLimitStore(new RedisRateLimitStore(this.connection, "frozen"),
				InMemoryRateLimitStore.create(), FailureModeSettings.of(DEADLINE).withWaitDuration(WAIT), () -> 1,
				new RateLimitListener() {
				});
		awaitRedisDecides();
	}

	@AfterEach
	void stop() {
		this.connection.close();
		this.server.close();
	}

	@Test
	void failureModesDecideWhileRedisIsFrozenAndRedisAgainAfterwards(CapturedOutput output) {
		int before = output.length();
		acquire(HUNDRED, FailureMode.CLOSED).join();
		this.server.freeze();
		List<CompletableFuture<RateLimitDecision>> closed = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			closed.add(acquire(HUNDRED, FailureMode.CLOSED));
		}
		assertThat(closed)
			.allSatisfy((answer) -> assertThat(answer).succeedsWithin(LONG).isEqualTo(RateLimitDecision.unavailable()));
		assertThat(acquire(HUNDRED, FailureMode.OPEN)).succeedsWithin(LONG)
			.isEqualTo(RateLimitDecision.unchecked(DecisionSource.FAILURE_MODE));
		assertThat(local()).isEqualTo(Outcome.ALLOWED);
		assertThat(local()).isEqualTo(Outcome.ALLOWED);
		assertThat(local()).isEqualTo(Outcome.REFUSED);
		assertThat(this.store.status().connected()).isFalse();
		assertThat(this.store.status().degradedSince()).isNotNull();
		this.server.resume();
		awaitRedisDecides();
		assertThat(this.store.status().connected()).isTrue();
		assertThat(this.store.status().degradedSince()).isNull();
		assertThat(output.toString().substring(before)).containsOnlyOnce("The circuit breaker is open")
			.containsOnlyOnce("The circuit breaker is closed: the shared store decides again");
	}

	@Test
	void lateAnswersAreAnsweredOnceAndChargeAtMostOnce() {
		this.server.freeze();
		List<CompletableFuture<RateLimitDecision>> late = new ArrayList<>();
		for (int i = 0; i < 30; i++) {
			late.add(acquire(HUNDRED, FailureMode.CLOSED));
		}
		assertThat(late).allSatisfy((answer) -> assertThat(answer).succeedsWithin(LONG));
		this.server.resume();
		awaitRedisDecides();
		assertThat(late.stream().map(CompletableFuture::join)).containsOnly(RateLimitDecision.unavailable());
		RateLimitDecision afterwards = acquire(HUNDRED, FailureMode.CLOSED).join();
		assertThat(afterwards.source()).isEqualTo(DecisionSource.REDIS);
		assertThat(afterwards.remaining()).isBetween(100L - 30 - 1, 100L - 1);
	}

	private Outcome local() {
		RateLimitDecision decision = acquire(TWO, FailureMode.LOCAL).join();
		assertThat(decision.source()).isEqualTo(DecisionSource.FAILURE_MODE);
		return decision.outcome();
	}

	private void awaitRedisDecides() {
		Limit scratch = Limit.of("1/s").withName("scratch");
		await().atMost(LONG)
			.until(() -> this.store.acquire(request(scratch, 0, FailureMode.OPEN))
				.toCompletableFuture()
				.join()
				.source() == DecisionSource.REDIS);
	}

	private CompletableFuture<RateLimitDecision> acquire(Limit limit, FailureMode failureMode) {
		return this.store.acquire(request(limit, 1, failureMode)).toCompletableFuture();
	}

	private static RateLimitRequest request(Limit limit, long cost, FailureMode failureMode) {
		return new RateLimitRequest(List.of(new Charge(new Counter("ai", "user:1", limit), cost)), failureMode);
	}

}
