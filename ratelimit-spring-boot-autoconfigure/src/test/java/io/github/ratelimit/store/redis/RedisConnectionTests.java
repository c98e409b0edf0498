package io.github.ratelimit.store.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.github.ratelimit.testsupport.FaultyProxy;
import io.github.ratelimit.testsupport.RedisProbe;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RedisConnection} to a real Redis of its own: how it is made, made
 * anew, and closed, whatever Redis does meanwhile.
 */
@ExtendWith(OutputCaptureExtension.class)
class RedisConnectionTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private static final Duration SHORT = Duration.ofMillis(200);

	/**
	 * What a busy machine may add to any of them.
	 */
	private static final Duration SLACK = Duration.ofSeconds(3);

	private RedisProcess server;

	private FaultyProxy proxy;

	@BeforeEach
	void start() {
		this.server = RedisServers.dedicated();
		this.proxy = FaultyProxy.to(this.server.port());
	}

	@AfterEach
	void stop() {
		this.proxy.close();
		this.server.close();
	}

	@Test
	void frozenRedisHoldsUpTheStartNoLongerThanAConnectionMayTake() {
		this.server.freeze();
		try (RedisConnection connection = connect(this.server.port(), SHORT, LONG)) {
			assertThat(duration(connection::open)).isLessThan(SHORT.plus(SLACK));
			assertThat(ping(connection)).failsWithin(Duration.ZERO)
				.withThrowableThat()
				.withCauseInstanceOf(RedisConnectionException.class)
				.withMessageContaining("yet: still connecting");
			this.server.resume();
			awaitAnswer(connection);
		}
	}

	@Test
	void listenersHearOfEachConnectionThatIsMadeOrRestored() {
		AtomicInteger heard = new AtomicInteger();
		AtomicReference<Thread> thread = new AtomicReference<>();
		this.server.stop();
		try (RedisConnection connection = connect(this.server.port(), LONG, LONG)) {
			connection.whenConnected(() -> {
				throw new IllegalStateException("of no interest to others");
			});
			connection.whenConnected(() -> {
				heard.incrementAndGet();
				thread.set(Thread.currentThread());
			});
			connection.open();
			assertThat(heard).hasValue(0);
			this.server.start();
			await().atMost(LONG).until(() -> heard.get() == 1);
			assertThat(thread.get().getName()).isEqualTo("ratelimit-redis");
			assertThat(thread.get().isDaemon()).isTrue();
			try (RedisProbe probe = RedisProbe.of(this.server.uri())) {
				awaitAnswer(connection);
				probe.killOtherConnections();
				await().atMost(LONG).until(() -> heard.get() == 2);
			}
			awaitAnswer(connection);
			connection.renew();
			await().atMost(LONG).until(() -> heard.get() == 3);
			this.server.stop();
			this.server.start();
			await().atMost(LONG).until(() -> heard.get() == 4);
		}
	}

	@Test
	void connectionOverWhichNothingIsAnsweredIsMadeAnew() {
		try (RedisConnection connection = connect(this.proxy.port(), SHORT, LONG);
				RedisProbe probe = RedisProbe.of(this.server.uri())) {
			connection.open();
			awaitAnswer(connection);
			this.proxy.swallow();
			List<CompletableFuture<String>> swallowed = List.of(ping(connection), ping(connection));
			connection.renew();
			connection.renew();
			assertThat(swallowed).allSatisfy((answer) -> assertThat(answer).failsWithin(LONG)
				.withThrowableThat()
				.withCauseInstanceOf(RedisException.class));
			this.proxy.pass();
			awaitAnswer(connection);
			await().atMost(LONG).until(() -> probe.otherConnections() == 1 && this.proxy.connections() == 1);
		}
	}

	@Test
	void connectionIsNotMadeAnewOverAndOver() {
		AtomicInteger heard = new AtomicInteger();
		try (RedisConnection connection = connect(this.server.port(), LONG, LONG)) {
			connection.whenConnected(heard::incrementAndGet);
			connection.whenConnected(connection::renew);
			connection.open();
			await().atMost(LONG).until(() -> heard.get() == 2);
			awaitAnswer(connection);
			connection.background().run(() -> {
			}, LONG);
			assertThat(heard).hasValue(2);
		}
	}

	@Test
	void connectionThatIsNotThereIsNotMadeTwice() {
		this.proxy.refuse();
		try (RedisConnection connection = connect(this.proxy.port(), LONG, LONG);
				RedisProbe probe = RedisProbe.of(this.server.uri())) {
			connection.renew();
			assertThat(ping(connection)).isCompletedExceptionally();
			connection.open();
			connection.renew();
			this.proxy.accept();
			awaitAnswer(connection);
			assertThat(probe.otherConnections()).isEqualTo(1);
		}
	}

	@Test
	void connectionOfTheApplicationsStaysOpen() {
		RedisClient client = rejectingClient();
		StatefulRedisConnection<byte[], byte[]> shared = client.connect(ByteArrayCodec.INSTANCE);
		AtomicInteger obtained = new AtomicInteger();
		RedisConnection connection = RedisConnection.of("shared", LONG, LONG, () -> {
			obtained.incrementAndGet();
			return shared.async();
		});
		AtomicInteger heard = new AtomicInteger();
		connection.whenConnected(heard::incrementAndGet);
		connection.open();
		assertThat(ping(connection)).succeedsWithin(LONG);
		connection.renew();
		connection.background().run(() -> {
		}, LONG);
		assertThat(heard).hasValue(1);
		this.proxy.cut();
		await().atMost(LONG).until(() -> heard.get() == 2);
		assertThat(ping(connection)).succeedsWithin(LONG);
		assertThat(obtained).hasValue(1);
		connection.close();
		assertThat(shared.isOpen()).isTrue();
		assertThat(ping(connection)).isCompletedExceptionally();
		client.shutdown(Duration.ZERO, SLACK);
	}

	@Test
	void connectionOfTheApplicationsThatWasClosedIsObtainedAnew() {
		RedisClient client = rejectingClient();
		List<StatefulRedisConnection<byte[], byte[]>> obtained = new ArrayList<>();
		try (RedisConnection connection = RedisConnection.of("shared", LONG, LONG, () -> {
			obtained.add(client.connect(ByteArrayCodec.INSTANCE));
			return last(obtained);
		})) {
			connection.open();
			obtained.get(0).close();
			assertThat(ping(connection)).failsWithin(LONG);
			connection.renew();
			awaitAnswer(connection);
			assertThat(obtained).hasSize(2);
		}
		client.shutdown(Duration.ZERO, SLACK);
	}

	@Test
	void whatCannotBeLoadedOnceIsTriedAgain() {
		RedisClient client = rejectingClient();
		AtomicInteger tries = new AtomicInteger();
		try (RedisConnection connection = RedisConnection.of("shared", LONG, LONG, () -> {
			if (tries.incrementAndGet() == 1) {
				throw new NoClassDefFoundError("of the application's");
			}
			return client.connect(ByteArrayCodec.INSTANCE).async();
		})) {
			connection.open();
			awaitAnswer(connection);
		}
		client.shutdown(Duration.ZERO, SLACK);
	}

	@Test
	void causesThatAreARingEnd() {
		RuntimeException one = new RuntimeException("one");
		one.initCause(new RuntimeException("two", one));
		try (RedisConnection connection = RedisConnection.of("shared", LONG, LONG, () -> {
			throw one;
		})) {
			connection.open();
			assertThat(ping(connection)).failsWithin(LONG)
				.withThrowableThat()
				.havingRootCause()
				.withMessageContaining("RuntimeException");
		}
	}

	private RedisClient rejectingClient() {
		RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", this.proxy.port()));
		client.setOptions(ClientOptions.builder().disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS).build());
		return client;
	}

	private static RedisClusterAsyncCommands<byte[], byte[]> last(
			List<StatefulRedisConnection<byte[], byte[]>> connections) {
		return connections.get(connections.size() - 1).async();
	}

	@Test
	void commandsUnderWayEndBeforeTheConnectionIsClosed() {
		RedisConnection connection = connect(this.proxy.port(), LONG, LONG);
		connection.open();
		awaitAnswer(connection);
		this.proxy.delay(Duration.ZERO, SHORT);
		CompletableFuture<String> underWay = ping(connection);
		assertThat(underWay).isNotDone();
		assertThat(duration(connection::close)).isLessThan(SHORT.plus(SLACK));
		assertThat(underWay).isCompletedWithValue("PONG");
		assertThat(ping(connection)).isCompletedExceptionally();
	}

	@Test
	void commandsThatComeWhileItIsBeingClosedAreRefused() throws InterruptedException {
		RedisConnection connection = connect(this.proxy.port(), LONG, LONG);
		connection.open();
		awaitAnswer(connection);
		this.proxy.swallow();
		CompletableFuture<String> underWay = ping(connection);
		Thread closing = new Thread(connection::close);
		closing.start();
		await().atMost(LONG).until(() -> closing.getState() == Thread.State.TIMED_WAITING);
		assertThat(ping(connection)).isCompletedExceptionally();
		assertThat(underWay).isNotDone();
		this.proxy.cut();
		closing.join(LONG.toMillis());
		assertThat(closing.isAlive()).isFalse();
		assertThat(underWay).isCompletedExceptionally();
	}

	@Test
	void frozenRedisHoldsUpTheEndNoLongerThanAnAnswerMayTake() {
		Set<Thread> before = ClientThreads.alive();
		RedisConnection connection = connect(this.server.port(), LONG, SHORT);
		connection.open();
		awaitAnswer(connection);
		this.server.freeze();
		CompletableFuture<String> underWay = ping(connection);
		assertThat(duration(connection::close)).isLessThan(SHORT.plus(SLACK));
		assertThat(underWay).failsWithin(LONG);
		awaitEnd(before);
	}

	@Test
	void redisThatIsGoneDoesNotHoldUpTheEnd() {
		Set<Thread> before = ClientThreads.alive();
		RedisConnection connection = connect(this.server.port(), LONG, LONG);
		connection.open();
		awaitAnswer(connection);
		this.server.stop();
		await().atMost(LONG).until(() -> ping(connection).isCompletedExceptionally());
		assertThat(duration(connection::close)).isLessThan(SLACK);
		awaitEnd(before);
	}

	@Test
	void connectionThatIsBeingMadeDoesNotHoldUpTheEnd() {
		Set<Thread> before = ClientThreads.alive();
		this.server.freeze();
		RedisConnection connection = connect(this.server.port(), LONG, LONG);
		Thread opening = new Thread(connection::open);
		opening.start();
		await().atMost(LONG).until(() -> opening.getState() == Thread.State.TIMED_WAITING);
		assertThat(duration(connection::close)).isLessThan(SLACK);
		awaitEnd(before);
		opening.interrupt();
	}

	/**
	 * As where the platform looks up a name without an end, which nothing interrupts.
	 */
	@Test
	void connectionThatIsNeverMadeHoldsUpNobody() {
		Set<Thread> before = ClientThreads.alive();
		CountDownLatch end = new CountDownLatch(1);
		RedisConnection connection = RedisConnection.of("nowhere", SHORT, LONG, () -> {
			awaitUninterruptibly(end);
			throw new RedisConnectionException("late");
		});
		assertThat(duration(connection::open)).isLessThan(SHORT.plus(SLACK));
		assertThat(ping(connection)).isCompletedExceptionally();
		assertThat(connection.status().connected()).isFalse();
		assertThat(duration(connection::close)).isLessThan(SLACK);
		end.countDown();
		awaitEnd(before);
	}

	@Test
	void threadOfTheClientThatIsBlockedDoesNotHoldUpTheEnd() {
		Set<Thread> before = ClientThreads.alive();
		RedisConnection connection = connect(this.server.port(), LONG, SHORT);
		connection.open();
		awaitAnswer(connection);
		CountDownLatch begin = new CountDownLatch(1);
		CountDownLatch end = new CountDownLatch(1);
		// Not answered before it is known what to do then, or this thread would do it
		this.server.freeze();
		CompletableFuture<Void> blocked = ping(connection).thenRun(() -> {
			begin.countDown();
			awaitUninterruptibly(end);
		});
		this.server.resume();
		awaitUninterruptibly(begin);
		CompletableFuture<String> behind = ping(connection);
		assertThat(duration(connection::close)).isLessThan(SHORT.plus(SLACK.multipliedBy(2)));
		assertThat(behind).isNotDone();
		end.countDown();
		assertThat(blocked).succeedsWithin(LONG);
		assertThat(behind).isNotCancelled().satisfies((answer) -> await().atMost(LONG).until(answer::isDone));
		awaitEnd(before);
	}

	@Test
	void isClosedOnce(CapturedOutput output) {
		RedisConnection connection = connect(this.server.port(), LONG, LONG);
		connection.open();
		awaitAnswer(connection);
		connection.close();
		connection.close();
		connection.renew();
		connection.whenConnected(() -> {
		});
		assertThat(connection.status().connected()).isFalse();
		assertThat(ping(connection)).isCompletedExceptionally();
		assertThat(output).doesNotContain("WARN");
	}

	@Test
	void roundsOfOpeningAndClosingLeaveNoThreadAndNoConnection() {
		Set<Thread> before = ClientThreads.alive();
		try (RedisProbe probe = RedisProbe.of(this.server.uri())) {
			Set<Thread> withProbe = ClientThreads.alive();
			for (int round = 0; round < 20; round++) {
				try (RedisConnection connection = connect(this.server.port(), LONG, LONG)) {
					connection.open();
					assertThat(ping(connection)).succeedsWithin(LONG);
					if (round % 4 == 0) {
						connection.renew();
					}
				}
			}
			await().atMost(LONG).until(() -> probe.otherConnections() == 0);
			awaitEnd(withProbe);
		}
		awaitEnd(before);
	}

	private static void awaitEnd(Set<Thread> before) {
		await().atMost(LONG).until(() -> {
			Set<Thread> own = ClientThreads.alive();
			own.removeAll(before);
			return own.isEmpty();
		});
	}

	private static RedisConnection connect(int port, Duration connectTimeout, Duration timeout) {
		return RedisConnection.to(RedisAddress.of(RedisURI.create("127.0.0.1", port)),
				new RedisClientSettings(null, null, connectTimeout, timeout));
	}

	private static CompletableFuture<String> ping(RedisConnection connection) {
		return connection.send((redis) -> redis.ping()).toCompletableFuture();
	}

	private static void awaitAnswer(RedisConnection connection) {
		await().atMost(LONG).until(() -> connection.status().connected());
	}

	private static Duration duration(Runnable task) {
		long start = System.nanoTime();
		task.run();
		return Duration.ofNanos(System.nanoTime() - start);
	}

	/**
	 * As a call of the operating system does.
	 */
	private static void awaitUninterruptibly(CountDownLatch latch) {
		long end = System.nanoTime() + LONG.toNanos();
		while (latch.getCount() > 0 && System.nanoTime() < end) {
			try {
				latch.await(LONG.toMillis(), TimeUnit.MILLISECONDS);
			}
			catch (InterruptedException ex) {
				// Goes on
			}
		}
	}

}
