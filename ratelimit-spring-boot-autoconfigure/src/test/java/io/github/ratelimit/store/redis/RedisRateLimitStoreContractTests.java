package io.github.ratelimit.store.redis;

import java.time.Duration;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.contract.RateLimitStoreContract;
import io.github.ratelimit.testsupport.RedisServers;
import io.lettuce.core.RedisURI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * {@link RateLimitStoreContract} for {@link RedisRateLimitStore}.
 */
class RedisRateLimitStoreContractTests extends RateLimitStoreContract {

	private static RedisConnection connection;

	private static RedisRateLimitStore store;

	@BeforeAll
	static void connect() {
		RedisURI uri = RedisURI.create(RedisServers.shared().uri());
		RedisClientSettings settings = new RedisClientSettings(null, null, Duration.ofSeconds(10),
				Duration.ofSeconds(30));
		connection = RedisConnection.to(RedisAddress.of(uri), settings);
		connection.open();
		store = new RedisRateLimitStore(connection, "contract");
	}

	@AfterAll
	static void disconnect() {
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

}
