package io.github.ratelimit.store.redis;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.ratelimit.testsupport.PlainRedis;
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
 * Tests for {@link RedisRules} on a real Redis of their own.
 */
@ExtendWith(OutputCaptureExtension.class)
class RedisRulesTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private static final String KEY = "rate_limit:shop:rules";

	private RedisProcess server;

	@BeforeEach
	void start() {
		this.server = RedisServers.dedicated();
	}

	@AfterEach
	void stop() {
		this.server.close();
	}

	@Test
	void instancesOfAnApplicationHearOfChanges() {
		try (Instance one = new Instance("shop");
				Instance two = new Instance("shop");
				Instance other = new Instance("bank")) {
			await().atMost(LONG).until(() -> subscribers(KEY) == 2);
			await().atMost(LONG).until(() -> subscribers("rate_limit:bank:rules") == 1);
			int before = other.heard.get();
			for (int i = 0; i < 10; i++) {
				two.awaitNewsOf(one);
				one.awaitNewsOf(two);
			}
			assertThat(other.heard.get()).isLessThan(before + 10);
		}
		await().atMost(LONG).until(() -> subscribers(KEY) == 0);
	}

	@Test
	void copyIsKeptForSomeDays() {
		try (Instance one = new Instance("shop");
				Instance two = new Instance("shop");
				RedisProbe probe = RedisProbe.of(this.server.uri())) {
			assertThat(one.rules.find()).isNull();
			one.rules.keep("{\"käse\": 1}");
			await().atMost(LONG).until(() -> "{\"käse\": 1}".equals(two.rules.find()));
			assertThat(probe.timeToLive(KEY)).isBetween(Duration.ofDays(6), Duration.ofDays(7));
			two.rules.keep("{}");
			await().atMost(LONG).until(() -> "{}".equals(one.rules.find()));
			try (PlainRedis redis = PlainRedis.of(this.server.port())) {
				redis.call("PEXPIRE", KEY, "60000");
			}
			one.rules.prolong();
			await().atMost(LONG).until(() -> probe.timeToLive(KEY).compareTo(Duration.ofDays(6)) > 0);
		}
	}

	@Test
	void allIsThereAgainWhenRedisWasStartedAnew() {
		try (Instance one = new Instance("shop"); Instance two = new Instance("shop")) {
			await().atMost(LONG).until(() -> subscribers(KEY) == 2);
			one.rules.keep("{}");
			await().atMost(LONG).until(() -> "{}".equals(two.rules.find()));
			this.server.stop();
			one.rules.announce();
			assertThat(one.rules.find()).isNull();
			this.server.start();
			await().atMost(LONG).until(() -> "{}".equals(two.rules.find()));
			await().atMost(LONG).until(() -> subscribers(KEY) == 2);
			two.awaitNewsOf(one);
		}
	}

	@Test
	void copyOfOthersIsNotReplacedByAnOlderOneAfterTheConnectionWasLost() {
		try (Instance one = new Instance("shop");
				Instance two = new Instance("shop");
				RedisProbe probe = RedisProbe.of(this.server.uri())) {
			one.rules.keep("old");
			await().atMost(LONG).until(() -> "old".equals(two.rules.find()));
			two.rules.keep("new");
			await().atMost(LONG).until(() -> "new".equals(one.rules.find()));
			int before = one.heard.get();
			probe.killOtherConnections();
			await().atMost(LONG).until(() -> one.heard.get() > before);
			await().atMost(LONG).until(() -> one.rules.find() != null);
			assertThat(one.rules.find()).isEqualTo("new");
		}
	}

	@Test
	void copyThatWasLostIsThereAgainWhenItIsProlonged() {
		try (Instance one = new Instance("shop");
				Instance two = new Instance("shop");
				RedisProbe probe = RedisProbe.of(this.server.uri());
				PlainRedis redis = PlainRedis.of(this.server.port())) {
			one.rules.keep("{}");
			await().atMost(LONG).until(() -> "{}".equals(two.rules.find()));
			for (Instance instance : new Instance[] { one, two }) {
				redis.call("FLUSHALL");
				instance.rules.prolong();
				await().atMost(LONG).until(() -> "{}".equals(instance.rules.find()));
				assertThat(probe.timeToLive(KEY)).isBetween(Duration.ofDays(6), Duration.ofDays(7));
			}
			two.rules.keep("new");
			await().atMost(LONG).until(() -> "new".equals(one.rules.find()));
			one.rules.prolong();
			assertThat(one.rules.find()).isEqualTo("new");
		}
	}

	@Test
	void frozenRedisHoldsNobody() {
		try (Instance one = new Instance("shop")) {
			await().atMost(LONG).until(() -> subscribers(KEY) == 1);
			this.server.freeze();
			one.rules.announce();
			one.rules.keep("{}");
			one.rules.prolong();
			assertThat(one.rules.find()).isNull();
			this.server.resume();
			await().atMost(LONG).until(() -> "{}".equals(one.rules.find()));
		}
	}

	@Test
	void missingRightIsToldOnce(CapturedOutput output) {
		try (PlainRedis redis = PlainRedis.of(this.server.port())) {
			redis.call("ACL", "SETUSER", "default", "-subscribe");
		}
		try (Instance one = new Instance("shop")) {
			await().atMost(LONG)
				.untilAsserted(() -> assertThat(output).containsOnlyOnce(
						"does not let instances tell each other of changed rules, which takes longer then: NOPERM"));
			one.rules.keep("{}");
			await().atMost(LONG).until(() -> "{}".equals(one.rules.find()));
		}
	}

	private long subscribers(String channel) {
		try (PlainRedis redis = PlainRedis.of(this.server.port())) {
			return Long.parseLong(redis.texts("PUBSUB", "NUMSUB", channel).get(1));
		}
	}

	/**
	 * An instance of an application, with a connection of its own.
	 */
	private final class Instance implements AutoCloseable {

		private final RedisConnection connection = RedisConnection.to(
				RedisAddress.of(RedisURI.create(RedisRulesTests.this.server.uri())),
				new RedisClientSettings(null, null, LONG, Duration.ofSeconds(1)));

		private final AtomicInteger heard = new AtomicInteger();

		private final RedisRules rules;

		Instance(String application) {
			this.connection.open();
			this.rules = new RedisRules(this.connection, application);
			this.rules.open(this.heard::incrementAndGet);
		}

		/**
		 * Wait until it has heard what another one announces.
		 */
		void awaitNewsOf(Instance other) {
			int before = this.heard.get();
			other.rules.announce();
			await().atMost(LONG).until(() -> this.heard.get() > before);
		}

		@Override
		public void close() {
			this.rules.close();
			this.connection.close();
		}

	}

}
