package io.github.ratelimit.store.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.testsupport.FaultyProxy;
import io.github.ratelimit.testsupport.RedisProbe;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandKeyword;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what {@link RedisConnection} does where a real Redis does not take a charge.
 */
class TurnedAwayConnectionTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private static final Duration TIMEOUT = Duration.ofSeconds(2);

	private static final Counter SCRATCH = new Counter("ai", "user:1", Limit.of("100/s").withName("scratch"));

	private final AtomicInteger connections = new AtomicInteger();

	private RedisProcess server;

	private RedisProbe operator;

	private FaultyProxy proxy;

	private RedisConnection connection;

	private RedisRateLimitStore store;

	@BeforeEach
	void start() {
		this.server = RedisServers.dedicated("--requirepass", "secret");
		this.operator = RedisProbe.of("redis://:secret@127.0.0.1:" + this.server.port());
		this.proxy = FaultyProxy.to(this.server.port());
		this.connection = RedisConnection.to(
				RedisAddress.of(RedisURI.create("redis://:secret@127.0.0.1:" + this.proxy.port())),
				new RedisClientSettings(null, null, TIMEOUT, TIMEOUT));
		this.connection.whenConnected(this.connections::incrementAndGet);
		this.connection.open();
		this.store = new RedisRateLimitStore(this.connection, "shop");
		await().atMost(LONG).until(() -> this.connection.status().connected());
	}

	@AfterEach
	void stop() {
		this.connection.close();
		this.proxy.close();
		this.operator.close();
		this.server.close();
	}

	@Test
	void isAChargeThatRedisDecides() {
		assertThat(charge()).succeedsWithin(LONG);
		assertThat(this.operator.keys("*")).containsExactly("rate_limit:shop:ai:{user:1}:scratch");
		assertThat(this.connections).hasValue(1);
	}

	@Test
	void anotherServerIsLookedForWhereThisOneHasBecomeAReplica() {
		try (RedisProcess primary = RedisServers.dedicated()) {
			this.operator.replicate(primary.port());
			assertThat(charge()).failsWithin(LONG).withThrowableThat().withMessageContaining("READONLY");
			await().atMost(LONG).until(() -> this.connections.get() == 2);
			this.operator.promote();
			assertThat(charge()).succeedsWithin(LONG);
		}
	}

	@Test
	void serverThatForgotWhoAsksIsLoggedInToAnew() {
		this.connection
			.send((redis) -> redis.dispatch(CommandKeyword.RESET, new StatusOutput<>(ByteArrayCodec.INSTANCE)))
			.toCompletableFuture()
			.join();
		assertThat(charge()).failsWithin(LONG).withThrowableThat().withMessageContaining("NOAUTH");
		await().atMost(LONG).until(() -> this.connections.get() == 2);
		assertThat(charge()).succeedsWithin(LONG);
	}

	@Test
	void connectionIsKeptWhereTheServerHasTroubleOfItsOwn() {
		this.operator.configure("maxmemory", "1");
		assertThat(charge()).failsWithin(LONG).withThrowableThat().withMessageContaining("OOM");
		this.operator.configure("maxmemory", "0");
		assertThat(charge()).succeedsWithin(LONG);
		assertThat(this.connections).hasValue(1);
	}

	@Test
	void lostConnectionIsLeftToTheClientToRestore() {
		this.proxy.refuse();
		this.proxy.cut();
		await().atMost(LONG).until(() -> !this.connection.status().connected());
		assertThat(charge()).failsWithin(LONG);
		this.proxy.accept();
		await().atMost(LONG).until(() -> this.connections.get() == 2);
		assertThat(charge()).succeedsWithin(LONG);
	}

	private CompletableFuture<RateLimitDecision> charge() {
		return this.store.acquire(new RateLimitRequest(List.of(new Charge(SCRATCH, 1)), FailureMode.CLOSED))
			.toCompletableFuture();
	}

}
