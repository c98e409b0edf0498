package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import io.github.ratelimit.store.redis.RedisAddress;
import io.github.ratelimit.store.redis.RedisClientSettings;
import io.github.ratelimit.store.redis.RedisConnection;
import io.github.ratelimit.store.redis.RedisRateLimitStore;
import io.github.ratelimit.testsupport.RedisServers;
import io.lettuce.core.RedisURI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what instances hand over to a real Redis after an outage. The outage is made
 * by not asking it, so that nothing is in doubt.
 */
class HandOverTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private static RedisConnection connection;

	private final RedisRateLimitStore redis = new RedisRateLimitStore(connection, "hand-over");

	private final String key = "user:" + UUID.randomUUID();

	private final Instance one = new Instance();

	private final Instance other = new Instance();

	@BeforeAll
	static void connect() {
		connection = RedisConnection.to(RedisAddress.of(RedisURI.create(RedisServers.shared().uri())),
				new RedisClientSettings(null, null, LONG, LONG));
		connection.open();
	}

	@AfterAll
	static void disconnect() {
		connection.close();
	}

	@AfterEach
	void close() {
		this.one.store.close();
		this.other.store.close();
	}

	@ParameterizedTest
	@EnumSource
	void whatInstancesAdmittedOnTheirOwnIsChargedWhenTheyAreBack(Algorithm algorithm) {
		Limit limit = limit(algorithm);
		this.one.acquire(limit, 20);
		this.one.reachable = false;
		this.other.reachable = false;
		this.one.acquire(limit, 30);
		this.other.acquire(limit, 10);
		assertThat(remaining(limit)).isEqualTo(80);
		this.one.reach(limit);
		this.other.reach(limit);
		assertThat(this.one.acquire(limit, 1).remaining()).isEqualTo(80 - 31);
		assertThat(this.other.acquire(limit, 1).remaining()).isEqualTo(80 - 31 - 11);
		assertThat(this.one.acquire(limit, 1).remaining()).isEqualTo(80 - 31 - 11 - 1);
		assertThat(remaining(limit)).isEqualTo(37);
	}

	@ParameterizedTest
	@EnumSource
	void nobodyGetsMoreThanIsLeftAfterWhatIsOwed(Algorithm algorithm) {
		Limit limit = limit(algorithm);
		this.other.acquire(limit, 60);
		this.one.reachable = false;
		this.one.acquire(limit, 40);
		this.one.reach(limit);
		assertThat(this.one.acquire(limit, 1)).satisfies((decision) -> {
			assertThat(decision.source()).isEqualTo(DecisionSource.FAILURE_MODE);
			assertThat(decision.allowed()).isFalse();
		});
		assertThat(remaining(limit)).isEqualTo(40);
	}

	@ParameterizedTest
	@EnumSource
	void requestThatHandedOverGivesBackItsOwnCostOnly(Algorithm algorithm) {
		Limit limit = limit(algorithm);
		this.one.reachable = false;
		this.one.acquire(limit, 30);
		this.one.reach(limit);
		RateLimitDecision decision = this.one.acquire(limit, 5);
		assertThat(remaining(limit)).isEqualTo(65);
		this.one.store.settle(new RateLimitSettlement(request(limit, 5), decision, List.of(0L)))
			.toCompletableFuture()
			.join();
		assertThat(remaining(limit)).isEqualTo(70);
	}

	@ParameterizedTest
	@EnumSource
	void requestThatHandedOverCanCostMoreThanWasThought(Algorithm algorithm) {
		Limit limit = limit(algorithm);
		this.one.reachable = false;
		this.one.acquire(limit, 30);
		this.one.reach(limit);
		RateLimitDecision decision = this.one.acquire(limit, 5);
		this.one.store.settle(new RateLimitSettlement(request(limit, 5), decision, List.of(15L)))
			.toCompletableFuture()
			.join();
		assertThat(remaining(limit)).isEqualTo(55);
	}

	/**
	 * One instance pays what it owes and goes on; the other finds no room, and must not
	 * add its share to what the first is given for ever.
	 */
	@Test
	void instanceForWhichThereIsNoRoomStopsGivingUnits() {
		Limit limit = Limit.of("20/s");
		this.one.reachable = false;
		this.other.reachable = false;
		this.one.acquire(limit, 10);
		this.other.acquire(limit, 10);
		this.one.reach(limit);
		this.other.reach(limit);
		long admitted = 0;
		long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
		while (System.nanoTime() < end) {
			List<CompletableFuture<RateLimitDecision>> together = new ArrayList<>();
			for (int i = 0; i < 8; i++) {
				together.add(this.one.ask(limit, 1));
				together.add(this.other.ask(limit, 1));
			}
			admitted += together.stream().map(CompletableFuture::join).filter(RateLimitDecision::allowed).count();
		}
		// What comes back in that time, and a burst
		assertThat(admitted).isBetween(40L, 3 * 20L + 20 + 2);
	}

	private static Limit limit(Algorithm algorithm) {
		return Limit.of("100/400d").withAlgorithm(algorithm);
	}

	private long remaining(Limit limit) {
		return this.redis.acquire(request(limit, 0)).toCompletableFuture().join().remaining();
	}

	private RateLimitRequest request(Limit limit, long cost) {
		return new RateLimitRequest(List.of(new Charge(new Counter("ai", this.key, limit), cost)), FailureMode.LOCAL);
	}

	/**
	 * An instance of the application, for which Redis is out of reach or not.
	 */
	private final class Instance {

		private final FailureModeRateLimitStore store = new FailureModeRateLimitStore(new RateLimitStore() {

			@Override
			public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
				return (Instance.this.reachable) ? HandOverTests.this.redis.acquire(request)
						: CompletableFuture.failedFuture(new IllegalStateException("out of reach"));
			}

			@Override
			public CompletionStage<Void> settle(RateLimitSettlement settlement) {
				return HandOverTests.this.redis.settle(settlement);
			}

			@Override
			public CompletionStage<Void> reset(List<Counter> counters) {
				return HandOverTests.this.redis.reset(counters);
			}

		}, InMemoryRateLimitStore.create(), FailureModeSettings.of(LONG), () -> 2, new RateLimitListener() {
		});

		private boolean reachable = true;

		/**
		 * Let Redis be reached, and find it out.
		 */
		void reach(Limit limit) {
			this.reachable = true;
			acquire(limit, 0);
		}

		RateLimitDecision acquire(Limit limit, long cost) {
			return ask(limit, cost).join();
		}

		CompletableFuture<RateLimitDecision> ask(Limit limit, long cost) {
			return this.store.acquire(request(limit, cost)).toCompletableFuture();
		}

	}

}
