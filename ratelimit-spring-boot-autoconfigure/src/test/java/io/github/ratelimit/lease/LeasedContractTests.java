package io.github.ratelimit.lease;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.CounterChanges;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitMode;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.contract.RateLimitStoreContract;
import io.github.ratelimit.store.redis.RedisAddress;
import io.github.ratelimit.store.redis.RedisClientSettings;
import io.github.ratelimit.store.redis.RedisConnection;
import io.github.ratelimit.store.redis.RedisRateLimitStore;
import io.github.ratelimit.testsupport.RedisServers;
import io.lettuce.core.RedisURI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * {@link RateLimitStoreContract} for limits that are leased from Redis: each limit of the
 * contract is one of a hundred times as many units, so that it is large enough, and has
 * besides what leases keep back. What does not hold without that, and for more than one
 * instance, is said by tests beside the contract.
 */
class LeasedContractTests extends RateLimitStoreContract {

	private static final AtomicLong byLeases = new AtomicLong();

	// No lease ends while a test runs
	private static final Duration LONGEST = Duration.ofMinutes(10);

	private static RedisConnection connection;

	private static LeasingRateLimitStore leases;

	private final String key = UUID.randomUUID().toString();

	@BeforeAll
	static void connect() {
		connection = RedisConnection.to(RedisAddress.of(RedisURI.create(RedisServers.shared().uri())),
				new RedisClientSettings(null, null, Duration.ofSeconds(10), Duration.ofSeconds(30)));
		connection.open();
		leases = leasing();
	}

	private static LeasingRateLimitStore leasing() {
		return new LeasingRateLimitStore(new RedisRateLimitStore(connection, "leased-contract"), () -> true, () -> 1,
				LONGEST, CounterChanges.NONE);
	}

	@AfterAll
	static void disconnect() {
		leases.close();
		connection.close();
		assertThat(byLeases).hasPositiveValue();
	}

	@Override
	protected RateLimitStore store() {
		return new HundredfoldStore(leases, LONGEST, byLeases);
	}

	@Override
	protected DecisionSource source() {
		return DecisionSource.REDIS;
	}

	@Test
	void aTokenBucketLacksWhatComesBackInALease() {
		Limit limit = Limit.of("1000/10s").withMode(LimitMode.LEASED);
		assertThat(acquire(leases, limit, 901).allowed()).isFalse();
		assertThat(acquire(leases, limit, 900).allowed()).isTrue();
	}

	@Test
	void unitsThatAnotherInstanceHoldsAreRefused() {
		Limit limit = Limit.of("1000/d").withAlgorithm(Algorithm.FIXED_WINDOW).withMode(LimitMode.LEASED);
		LeasingRateLimitStore other = leasing();
		long admitted = 0;
		while (other.holdings().leases() == 0) {
			assertThat(acquire(other, limit, 1).allowed()).isTrue();
			admitted++;
		}
		assertThat(acquire(leases, limit, 1000 - admitted).allowed()).isFalse();
		other.close();
		long left = 1000 - admitted;
		await().atMost(Duration.ofSeconds(30)).until(() -> acquire(leases, limit, left).allowed());
	}

	private RateLimitDecision acquire(LeasingRateLimitStore store, Limit limit, long cost) {
		Charge charge = new Charge(new Counter("beside the contract", this.key, limit), cost);
		return store.acquire(new RateLimitRequest(List.of(charge), FailureMode.CLOSED)).toCompletableFuture().join();
	}

}
