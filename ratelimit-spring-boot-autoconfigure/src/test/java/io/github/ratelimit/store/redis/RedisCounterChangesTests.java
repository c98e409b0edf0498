package io.github.ratelimit.store.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.CounterChanges.Change;
import io.github.ratelimit.CounterChanges.Kind;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import io.github.ratelimit.testsupport.PlainRedis;
import io.github.ratelimit.testsupport.RedisProbe;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import io.lettuce.core.RedisURI;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RedisCounterChanges} and its messages on a real Redis of their own.
 */
@ExtendWith(OutputCaptureExtension.class)
class RedisCounterChangesTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private static final String CHANNEL = "rate_limit:shop:changes";

	private static final Counter.Id ID = new Counter.Id("api", "käse:\uD800{}", "day", Algorithm.SLIDING_WINDOW);

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
	void changeIsHeardOnceByEachInstance() {
		try (Instance one = new Instance("shop");
				Instance two = new Instance("shop");
				Instance other = new Instance("bank")) {
			awaitSubscribers(2);
			Change change = new Change(Kind.RESET, List.of(ID));
			one.changes.tell(change);
			assertThat(one.heard).containsExactly(change);
			await().atMost(LONG).until(() -> two.heard.contains(change));
			two.changes.tell(new Change(Kind.REFUND, List.of(ID)));
			await().atMost(LONG).until(() -> one.heard.size() == 2);
			assertThat(one.heard.get(1).kind()).isEqualTo(Kind.REFUND);
			assertThat(two.heard).hasSize(2);
			assertThat(other.heard).isEmpty();
		}
		awaitSubscribers(0);
	}

	@Test
	void whatChangesWhileAMessageIsUnderWayGoesWithTheNext() {
		try (Instance one = new Instance("shop");
				Instance two = new Instance("shop");
				RedisProbe probe = RedisProbe.of(this.server.uri())) {
			awaitSubscribers(2);
			probe.clearCommandCalls();
			this.server.freeze();
			IntStream.range(0, 500).forEach((i) -> one.changes.tell(new Change(Kind.REFUND, List.of(id(i)))));
			this.server.resume();
			await().atMost(LONG)
				.until(() -> two.heard.stream().mapToInt((change) -> change.counters().size()).sum() == 500);
			assertThat(probe.commandCalls()).containsEntry("publish", 2L);
		}
	}

	@Test
	void moreThanCanBeNamedAreAny() {
		try (Instance one = new Instance("shop"); Instance two = new Instance("shop")) {
			awaitSubscribers(2);
			this.server.freeze();
			IntStream.range(0, RedisCounterChanges.MAX_NAMED + 2)
				.forEach((i) -> one.changes.tell(new Change(Kind.REFUND, List.of(id(i)))));
			this.server.resume();
			await().atMost(LONG).until(() -> two.heard.contains(new Change(Kind.REFUND, List.of())));
			one.changes
				.tell(new Change(Kind.RESET, List.of(new Counter.Id("api", "k".repeat(600), "day", ID.algorithm()))));
			await().atMost(LONG).until(() -> two.heard.contains(new Change(Kind.RESET, List.of())));
		}
	}

	@Test
	void messagesOfOthersThatAreNotUnderstoodAreNotMinded() {
		try (Instance one = new Instance("shop"); PlainRedis redis = PlainRedis.of(this.server.port())) {
			awaitSubscribers(1);
			for (String message : List.of("", "x", "\u0001", "\u0001aaaaaaaa\u0001\u0007\u0001",
					"\u0002aaaaaaaa\u0001")) {
				redis.call("PUBLISH", CHANNEL, message);
			}
			byte[] message = new CounterMessage(1, List.of(new Change(Kind.RESET, List.of(ID)))).write();
			message[message.length - 1]++;
			one.connection.send((commands) -> commands.publish(CHANNEL.getBytes(), message));
			await().atMost(LONG).until(() -> !one.heard.isEmpty());
			assertThat(one.heard).hasSize(1);
		}
	}

	@Test
	void nothingIsPublishedWhereNobodyListens() {
		try (Instance one = new Instance("shop"); RedisProbe probe = RedisProbe.of(this.server.uri())) {
			awaitSubscribers(1);
			RedisCounterChanges unheard = new RedisCounterChanges(one.connection, "shop");
			unheard.tell(new Change(Kind.RESET, List.of(ID)));
			unheard.close();
			assertThat(one.connection.status().connected()).isTrue();
			assertThat(probe.commandCalls()).doesNotContainKey("publish");
		}
	}

	@Test
	void isHeardAgainAfterTheConnectionWasLost() {
		try (Instance one = new Instance("shop");
				Instance two = new Instance("shop");
				RedisProbe probe = RedisProbe.of(this.server.uri())) {
			awaitSubscribers(2);
			probe.killOtherConnections();
			await().atMost(LONG).until(() -> {
				one.changes.tell(new Change(Kind.RESET, List.of(ID)));
				return !two.heard.isEmpty();
			});
		}
	}

	@Test
	void missingRightsAreDoneWithout(CapturedOutput output) {
		try (PlainRedis redis = PlainRedis.of(this.server.port())) {
			redis.call("ACL", "SETUSER", "default", "-subscribe", "-publish");
			try (Instance one = new Instance("shop")) {
				await().atMost(LONG).until(() -> output.toString().contains("that were reset or got units back"));
				IntStream.range(0, 10).forEach((i) -> {
					one.changes.tell(new Change(Kind.RESET, List.of(ID)));
					assertThat(one.connection.status().connected()).isTrue();
				});
				assertThat(refusedToPublish(redis)).singleElement(InstanceOfAssertFactories.STRING)
					.startsWith("[count, 1,");
				assertThat(one.heard).hasSize(10);
				assertThat(output).doesNotContain("WARN");
			}
		}
	}

	@Test
	void whatWaitsIsNotToldWhereTheLastMessageWasNot() {
		try (PlainRedis redis = PlainRedis.of(this.server.port())) {
			redis.call("ACL", "SETUSER", "default", "-publish");
			try (Instance one = new Instance("shop")) {
				awaitSubscribers(1);
				this.server.freeze();
				one.changes.tell(new Change(Kind.RESET, List.of(ID)));
				one.changes.tell(new Change(Kind.REFUND, List.of(ID)));
				this.server.resume();
				// What follows the first answer is sent before the second, and so runs
				// before the third
				for (int i = 0; i < 3; i++) {
					one.connection.send((commands) -> commands.ping()).toCompletableFuture().join();
				}
				assertThat(refusedToPublish(redis)).singleElement(InstanceOfAssertFactories.STRING)
					.startsWith("[count, 1,");
			}
		}
	}

	private static List<String> refusedToPublish(PlainRedis redis) {
		return redis.texts("ACL", "LOG", "100").stream().filter((entry) -> entry.contains("object, publish")).toList();
	}

	@Test
	void storeTellsWhatWasResetAndWhatWasGivenBack() {
		try (Instance one = new Instance("shop")) {
			RedisRateLimitStore store = new RedisRateLimitStore(one.connection, "shop", one.changes, true);
			Counter counter = new Counter("api", "key", Limit.of("5/h"));
			RateLimitRequest request = new RateLimitRequest(List.of(new Charge(counter, 3)), FailureMode.CLOSED);
			RateLimitDecision decision = store.acquire(request).toCompletableFuture().join();
			store.settle(new RateLimitSettlement(request, decision, List.of(3L))).toCompletableFuture().join();
			store.settle(new RateLimitSettlement(request, decision, List.of(4L))).toCompletableFuture().join();
			assertThat(one.heard).isEmpty();
			store.settle(new RateLimitSettlement(request, decision, List.of(1L))).toCompletableFuture().join();
			assertThat(one.heard).containsExactly(new Change(Kind.REFUND, List.of(counter.id())));
			store.reset(List.of(counter)).toCompletableFuture().join();
			assertThat(one.heard).hasSize(2).last().isEqualTo(new Change(Kind.RESET, List.of(counter.id())));
		}
	}

	private static Counter.Id id(int number) {
		return new Counter.Id("api", "key" + number, "day", Algorithm.TOKEN_BUCKET);
	}

	private void awaitSubscribers(long number) {
		await().atMost(LONG).until(() -> {
			try (PlainRedis redis = PlainRedis.of(this.server.port())) {
				return Long.parseLong(redis.texts("PUBSUB", "NUMSUB", CHANNEL).get(1)) == number;
			}
		});
	}

	/**
	 * An instance of an application, with a connection of its own.
	 */
	private final class Instance implements AutoCloseable {

		private final RedisConnection connection = RedisConnection.to(
				RedisAddress.of(RedisURI.create(RedisCounterChangesTests.this.server.uri())),
				new RedisClientSettings(null, null, LONG, LONG));

		private final List<Change> heard = new CopyOnWriteArrayList<>();

		private final RedisCounterChanges changes;

		Instance(String application) {
			this.connection.open();
			this.changes = new RedisCounterChanges(this.connection, application);
			this.changes.listen(this.heard::add);
		}

		@Override
		public void close() {
			this.changes.close();
			this.connection.close();
		}

	}

}
