package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.ratelimit.Charge;
import io.github.ratelimit.CircuitBreakerStatus;
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
import io.github.ratelimit.testsupport.PlainRedis;
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
 * Tests for {@link FailureModeRateLimitStore} around a real Redis that works, and keeps
 * something else under the name of a count.
 */
@ExtendWith(OutputCaptureExtension.class)
class DamagedKeyTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private static final Limit TWO = Limit.of("1/d").withBurst(2).withName("two");

	private final AtomicInteger errors = new AtomicInteger();

	private RedisProcess server;

	private RedisConnection connection;

	private FailureModeRateLimitStore store;

	@BeforeEach
	void start() {
		this.server = RedisServers.dedicated();
		this.connection = RedisConnection.to(RedisAddress.of(RedisURI.create("127.0.0.1", this.server.port())),
				new RedisClientSettings(null, null, LONG, LONG));
		this.connection.open();
		this.store = new FailureModeRateLimitStore(new RedisRateLimitStore(this.connection, "damaged"),
				InMemoryRateLimitStore.create(), FailureModeSettings.of(LONG), () -> 1, new RateLimitListener() {

					@Override
					public void onStoreError(String operation, Throwable error) {
						DamagedKeyTests.this.errors.incrementAndGet();
					}

				});
		await().atMost(LONG).until(() -> acquire("warm-up", FailureMode.CLOSED).source() == DecisionSource.REDIS);
		try (PlainRedis redis = PlainRedis.of(this.server.port())) {
			redis.call("LPUSH", "rate_limit:damaged:api:{user:1}:two", "somebody's");
		}
	}

	@AfterEach
	void stop() {
		this.store.close();
		this.connection.close();
		this.server.close();
	}

	@Test
	void requestsOfThatKeyFollowTheirFailureModeAndOthersAreDecidedByRedis(CapturedOutput output) {
		int before = this.errors.get();
		assertThat(IntStream.range(0, 100).mapToObj((i) -> acquire("user:1", FailureMode.CLOSED)))
			.containsOnly(RateLimitDecision.unavailable());
		assertThat(acquire("user:1", FailureMode.OPEN).outcome()).isEqualTo(Outcome.UNCHECKED);
		assertThat(this.store.circuitBreaker().state()).isEqualTo(CircuitBreakerStatus.State.CLOSED);
		assertThat(this.store.circuitBreaker().failures()).isZero();
		assertThat(acquire("user:2", FailureMode.CLOSED).source()).isEqualTo(DecisionSource.REDIS);
		await().atMost(LONG).until(() -> this.errors.get() - before == 101);
		assertThat(output).containsOnlyOnce("WRONGTYPE").doesNotContain("circuit breaker is open");
	}

	@Test
	void thatKeyIsLimitedInMemoryUntilItIsReset() {
		List<Outcome> outcomes = IntStream.range(0, 20)
			.mapToObj((i) -> acquire("user:1", FailureMode.LOCAL).outcome())
			.toList();
		assertThat(outcomes.stream().filter(Outcome::isAllowed)).hasSize(2);
		this.store.reset(List.of(new Counter("api", "user:1", TWO))).toCompletableFuture().join();
		assertThat(acquire("user:1", FailureMode.LOCAL).source()).isEqualTo(DecisionSource.REDIS);
	}

	private RateLimitDecision acquire(String key, FailureMode mode) {
		return this.store.acquire(new RateLimitRequest(List.of(new Charge(new Counter("api", key, TWO), 1)), mode))
			.toCompletableFuture()
			.join();
	}

}
