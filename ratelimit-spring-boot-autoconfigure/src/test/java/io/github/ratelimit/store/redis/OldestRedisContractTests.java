package io.github.ratelimit.store.redis;

import java.time.Duration;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.contract.RateLimitStoreContract;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import io.lettuce.core.RedisURI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link RateLimitStoreContract} for {@link RedisRateLimitStore} on the oldest version of
 * Redis that is supported, whatever other tests use.
 */
class OldestRedisContractTests extends RateLimitStoreContract {

	private static RedisProcess server;

	private static RedisConnection connection;

	private static RedisRateLimitStore store;

	@BeforeAll
	static void connect() {
		server = RedisServers.embedded();
		connection = RedisConnection.to(RedisAddress.of(RedisURI.create(server.uri())),
				new RedisClientSettings(null, null, Duration.ofSeconds(10), Duration.ofSeconds(30)));
		connection.open();
		store = new RedisRateLimitStore(connection, "contract");
	}

	@AfterAll
	static void disconnect() {
		connection.close();
		server.close();
	}

	@Test
	void versionIsTheOldest() {
		assertThat(store.status().serverVersion()).startsWith("6.2.");
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
