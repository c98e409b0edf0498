package io.github.ratelimit.store.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.ratelimit.testsupport.FaultyProxy;
import io.github.ratelimit.testsupport.RedisProbe;
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
 * Tests for {@link RedisInstances} on a real Redis of their own.
 */
@ExtendWith(OutputCaptureExtension.class)
class RedisInstancesTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private static final Duration SHORT = Duration.ofMillis(200);

	private static final Duration SELDOM = Duration.ofHours(1);

	private static final Duration OFTEN = Duration.ofMillis(100);

	private static final String KEY = "rate_limit:shop:instances";

	private RedisProcess server;

	private RedisProbe probe;

	private RedisConnection connection;

	@BeforeEach
	void start() {
		this.server = RedisServers.dedicated();
		this.probe = RedisProbe.of(this.server.uri());
		this.connection = connect(LONG);
		this.connection.open();
	}

	@AfterEach
	void stop() {
		this.connection.close();
		this.probe.close();
		this.server.close();
	}

	@Test
	void instanceThatDoesNotShowItselfTakesItselfForTheOnlyOne() {
		assertThat(instances("shop", SELDOM).count()).isEqualTo(1);
		assertThat(this.probe.keys("*")).isEmpty();
	}

	@Test
	void instancesOfAnApplicationCountEachOther() {
		try (RedisInstances first = open("shop", OFTEN);
				RedisInstances second = open("shop", OFTEN);
				RedisInstances other = open("bank", OFTEN)) {
			await().atMost(LONG).until(() -> first.count() == 2 && second.count() == 2);
			try (RedisInstances third = open("shop", OFTEN)) {
				await().atMost(LONG).until(() -> first.count() == 3 && second.count() == 3 && third.count() == 3);
			}
			await().atMost(LONG).until(() -> first.count() == 2 && second.count() == 2);
			assertThat(other.count()).isEqualTo(1);
		}
		await().atMost(LONG).until(() -> this.probe.keys("*").isEmpty());
	}

	@Test
	void beatIsOneCallOfAScript() {
		try (RedisInstances warmUp = open("bank", SELDOM)) {
			await().atMost(LONG).until(() -> this.probe.keys("*").size() == 1);
			assertThat(warmUp.count()).isEqualTo(1);
		}
		await().atMost(LONG).until(() -> this.probe.keys("*").isEmpty());
		this.probe.clearCommandCalls();
		try (RedisInstances instances = open("shop", SELDOM)) {
			await().atMost(LONG).until(() -> this.probe.keys("*").contains(KEY));
			assertThat(this.probe.timeToLive(KEY)).isBetween(Duration.ofHours(2), Duration.ofHours(3));
			assertThat(instances.count()).isEqualTo(1);
		}
		await().atMost(LONG).until(() -> this.probe.keys("*").isEmpty());
		Map<String, Long> calls = this.probe.commandCalls();
		calls.keySet().removeAll(List.of("keys", "pttl"));
		assertThat(calls).isEqualTo(Map.of("evalsha", 1L, "time", 1L, "zremrangebyscore", 2L, "zadd", 1L, "pexpire", 1L,
				"zcard", 1L, "zrem", 1L));
	}

	@Test
	void instanceThatDiedIsForgotten() {
		RedisConnection dying = connect(LONG);
		dying.open();
		RedisInstances died = new RedisInstances(dying, "shop", OFTEN);
		died.open();
		try (RedisInstances survivor = open("shop", OFTEN)) {
			await().atMost(LONG).until(() -> survivor.count() == 2 && died.count() == 2);
			dying.close();
			await().atMost(LONG).until(() -> survivor.count() == 1);
			assertThat(died.count()).isEqualTo(2);
			died.close();
		}
	}

	@Test
	void numberHoldsWhileRedisIsAwayAndIsNotLoweredByWhoComesBackFirst() {
		CountDownLatch goOn = new CountDownLatch(1);
		RedisConnection elsewhere = connect(LONG);
		elsewhere.open();
		try (RedisInstances first = open("shop", SHORT);
				elsewhere;
				RedisInstances second = new RedisInstances(elsewhere, "shop", SHORT)) {
			second.open();
			await().atMost(LONG).until(() -> first.count() == 2 && second.count() == 2);
			this.server.stop();
			await().atMost(LONG).until(() -> !this.connection.status().connected());
			await().pollDelay(SHORT.multipliedBy(4)).until(() -> first.count() == 2 && second.count() == 2);
			elsewhere.close();
			// Holds up the thread that beats once it has done so
			CountDownLatch begun = new CountDownLatch(1);
			this.connection.whenConnected(() -> {
				begun.countDown();
				join(goOn);
			});
			this.server.start();
			join(begun);
			this.connection.send((redis) -> redis.ping()).toCompletableFuture().join();
			try (RedisProbe restarted = RedisProbe.of(this.server.uri())) {
				assertThat(restarted.keys("*")).contains(KEY);
			}
			assertThat(first.count()).isEqualTo(2);
			goOn.countDown();
			await().atMost(LONG).until(() -> first.count() == 1);
			assertThat(second.count()).isEqualTo(2);
		}
		finally {
			goOn.countDown();
		}
	}

	private static void join(CountDownLatch latch) {
		try {
			assertThat(latch.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Test
	void beatsDoNotPileUpWhileRedisIsFrozen() {
		try (FaultyProxy proxy = FaultyProxy.to(this.server.port());
				RedisConnection slow = connect(proxy.port(), LONG);
				RedisInstances instances = new RedisInstances(slow, "shop", Duration.ofMillis(10))) {
			slow.open();
			instances.open();
			await().atMost(LONG).until(() -> this.probe.keys("*").contains(KEY));
			this.server.freeze();
			await().pollDelay(SHORT).until(() -> instances.count() == 1);
			long before = proxy.scriptCalls();
			await().pollDelay(SHORT).until(() -> instances.count() == 1);
			assertThat(proxy.scriptCalls()).isEqualTo(before);
			this.server.resume();
			await().atMost(LONG).until(() -> proxy.scriptCalls() > before + 1);
		}
	}

	@Test
	void instanceThatLeavesWaitsForNoAnswer() {
		RedisConnection frozen = connect(LONG);
		frozen.open();
		RedisInstances instances = new RedisInstances(frozen, "shop", SELDOM);
		instances.open();
		await().atMost(LONG).until(() -> this.probe.keys("*").contains(KEY));
		this.server.freeze();
		assertThat(CompletableFuture.runAsync(() -> {
			instances.close();
			instances.close();
		})).succeedsWithin(LONG.dividedBy(2));
		this.server.resume();
		await().atMost(LONG).until(() -> this.probe.keys("*").isEmpty());
		frozen.close();
	}

	@Test
	void refusedBeatsAreToldOnce(CapturedOutput output) {
		this.connection.send((redis) -> redis.set(KEY.getBytes(StandardCharsets.US_ASCII), new byte[1]))
			.toCompletableFuture()
			.join();
		try (RedisInstances instances = open("shop", Duration.ofMillis(10))) {
			await().atMost(LONG).until(() -> output.toString().contains("does not let instances show themselves"));
			await().pollDelay(SHORT).until(() -> instances.count() == 1);
			assertThat(output).containsOnlyOnce("does not let instances show themselves").contains("WRONGTYPE");
		}
	}

	private RedisInstances open(String application, Duration interval) {
		RedisInstances instances = instances(application, interval);
		instances.open();
		return instances;
	}

	private RedisInstances instances(String application, Duration interval) {
		return new RedisInstances(this.connection, application, interval);
	}

	private RedisConnection connect(Duration timeout) {
		return connect(this.server.port(), timeout);
	}

	private static RedisConnection connect(int port, Duration timeout) {
		return RedisConnection.to(RedisAddress.of(RedisURI.create("127.0.0.1", port)),
				new RedisClientSettings(null, null, LONG, timeout));
	}

}
