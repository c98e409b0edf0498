package io.github.ratelimit.store.redis;

import java.time.Duration;
import java.util.List;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import io.github.ratelimit.testsupport.RedisServers;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that what stands in Redis and was not written by these scripts, such as by those
 * of another version, counts as nothing and is written over.
 */
class UnknownStateTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final String uri = RedisServers.shared().uri();

	private final RedisClient client = RedisClient.create(this.uri);

	private final RedisCommands<String, String> redis = this.client.connect().sync();

	private final RedisConnection connection = RedisConnection.to(RedisAddress.of(RedisURI.create(this.uri)),
			new RedisClientSettings(null, null, TIMEOUT, TIMEOUT));

	private final RedisRateLimitStore store = new RedisRateLimitStore(this.connection, "unknown-state");

	@AfterEach
	void close() {
		this.redis.keys("rate_limit:unknown-state:*").forEach(this.redis::del);
		this.connection.close();
		this.client.shutdown(Duration.ZERO, TIMEOUT);
	}

	@ParameterizedTest
	@EnumSource
	void stateOfAnotherFormCountsAsNone(Algorithm algorithm) {
		this.connection.open();
		Limit limit = Limit.of("5/d").withAlgorithm(algorithm);
		RateLimitRequest request = new RateLimitRequest(List.of(new Charge(new Counter("ai", "user:1", limit), 2)),
				FailureMode.LOCAL);
		assertThat(acquire(request).remaining()).isEqualTo(3);
		String key = this.redis.keys("rate_limit:unknown-state:*").get(0);
		for (String state : List.of("", "x", "21 bytes of long ago.", "some 30 bytes of something else",
				"y".repeat(39))) {
			this.redis.set(key, state);
			RateLimitDecision decision = acquire(request);
			assertThat(decision.remaining()).as(state).isEqualTo(3);
			this.redis.set(key, state);
			this.store.settle(new RateLimitSettlement(request, decision, List.of(0L))).toCompletableFuture().join();
			assertThat(acquire(request).remaining()).as(state).isEqualTo(3);
		}
	}

	private RateLimitDecision acquire(RateLimitRequest request) {
		return this.store.acquire(request).toCompletableFuture().join();
	}

}
