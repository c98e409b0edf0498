package io.github.ratelimit.refusal;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

import io.github.ratelimit.Counter;
import io.github.ratelimit.CounterChanges;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.StoreStatus;
import io.github.ratelimit.contract.RateLimitStoreContract;
import io.github.ratelimit.lease.LeasingRateLimitStore;
import io.github.ratelimit.store.redis.RedisAddress;
import io.github.ratelimit.store.redis.RedisClientSettings;
import io.github.ratelimit.store.redis.RedisConnection;
import io.github.ratelimit.store.redis.RedisRateLimitStore;
import io.github.ratelimit.testsupport.RedisServers;
import io.lettuce.core.RedisURI;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * {@link RateLimitStoreContract} for {@link RefusalCachingRateLimitStore} before leases
 * before Redis, as an application has them.
 */
class RefusalCachingContractTests extends RateLimitStoreContract {

	private static RedisConnection connection;

	private static LeasingRateLimitStore leases;

	private static RateLimitStore store;

	@BeforeAll
	static void connect() {
		RedisURI uri = RedisURI.create(RedisServers.shared().uri());
		RedisClientSettings settings = new RedisClientSettings(null, null, Duration.ofSeconds(10),
				Duration.ofSeconds(30));
		connection = RedisConnection.to(RedisAddress.of(uri), settings);
		connection.open();
		leases = new LeasingRateLimitStore(new RedisRateLimitStore(connection, "refusals"), () -> true, () -> 1,
				LeasingRateLimitStore.DEFAULT_DURATION, CounterChanges.NONE);
		store = new Attributed(new RefusalCachingRateLimitStore(leases, 1_000, CounterChanges.NONE));
	}

	@AfterAll
	static void disconnect() {
		leases.close();
		connection.close();
	}

	@Override
	protected RateLimitStore store() {
		return store;
	}

	@Override
	protected DecisionSource source() {
		return DecisionSource.REDIS;
	}

	/**
	 * Calls what Redis has refused decided by Redis, since the contract knows one source.
	 *
	 * @param store the store
	 */
	private record Attributed(RateLimitStore store) implements RateLimitStore {

		@Override
		public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
			return this.store.acquire(request).thenApply(Attributed::attributed);
		}

		@Override
		public @Nullable RateLimitDecision acquireNow(String name, String key, Limit limit, long cost) {
			RateLimitDecision decision = this.store.acquireNow(name, key, limit, cost);
			return (decision != null) ? attributed(decision) : null;
		}

		private static RateLimitDecision attributed(RateLimitDecision decision) {
			return (decision.source() == DecisionSource.REFUSAL_CACHE) ? decision.withSource(DecisionSource.REDIS)
					: decision;
		}

		@Override
		public CompletionStage<Void> settle(RateLimitSettlement settlement) {
			return this.store.settle(settlement);
		}

		@Override
		public CompletionStage<Void> reset(List<Counter> counters) {
			return this.store.reset(counters);
		}

		@Override
		public StoreStatus status() {
			return this.store.status();
		}

	}

}
