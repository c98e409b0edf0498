package io.github.ratelimit.store.redis;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.CounterChanges;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.testsupport.FaultyProxy;
import io.github.ratelimit.testsupport.RedisServers;
import io.lettuce.core.RedisURI;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.Test;

/**
 * Measures decisions that travel together beside ones that do not, over a way that takes
 * a while. Proves nothing and is run by name.
 */
class FarRedisComparison {

	private static final Log logger = LogFactory.getLog(FarRedisComparison.class);

	private static final Limit LIMIT = Limit.of("1000000/d");

	private static final int ROUNDS = 5;

	@Test
	void compare() {
		// The first is for the compiler
		for (int round = 0; round <= ROUNDS; round++) {
			for (long millis : new long[] { 0, 4, 10, 30 }) {
				for (int callers : new int[] { 16, 200, 1_000 }) {
					compare(Duration.ofMillis(millis), callers, round % 2 == 0);
					compare(Duration.ofMillis(millis), callers, round % 2 != 0);
				}
			}
		}
	}

	private void compare(Duration roundTrip, int callers, boolean gathering) {
		try (FaultyProxy proxy = FaultyProxy.to(RedisURI.create(RedisServers.shared().uri()).getPort())) {
			proxy.delay(roundTrip.dividedBy(2), roundTrip.dividedBy(2));
			RedisURI uri = RedisURI.create("redis://127.0.0.1:" + proxy.port());
			RedisConnection connection = RedisConnection.to(RedisAddress.of(uri),
					new RedisClientSettings(null, null, Duration.ofSeconds(10), Duration.ofSeconds(10)));
			connection.open();
			RedisRateLimitStore store = new RedisRateLimitStore(connection, "far", CounterChanges.NONE, gathering);
			Queue<Long> nanos = new ConcurrentLinkedQueue<>();
			IntStream.range(0, 2 * RoundTrips.ENOUGH).forEach((i) -> call(store, i, nanos).join());
			nanos.clear();
			long before = proxy.scriptCalls();
			if (callers < 1_000) {
				callOneAfterTheOther(store, callers, nanos);
			}
			else {
				callAtOnce(store, callers, nanos);
			}
			List<Long> sorted = nanos.stream().sorted().toList();
			logger.info("%s round trip, %d callers, gathering %s: %.0f/s, median %.2f ms, 99%% %.2f ms, %.2f commands"
				.formatted(roundTrip, callers, gathering,
						callers * 1e9 / sorted.stream().mapToLong(Long::longValue).average().orElseThrow(),
						sorted.get(sorted.size() / 2) / 1e6, sorted.get(sorted.size() * 99 / 100) / 1e6,
						(proxy.scriptCalls() - before) / (double) sorted.size()));
			connection.close();
		}
	}

	private static void callOneAfterTheOther(RedisRateLimitStore store, int callers, Queue<Long> nanos) {
		ExecutorService executor = Executors.newFixedThreadPool(callers);
		long end = System.nanoTime() + Duration.ofMillis(700).toNanos();
		List<CompletableFuture<Void>> running = IntStream.range(0, callers)
			.mapToObj((caller) -> CompletableFuture.runAsync(() -> {
				while (System.nanoTime() < end) {
					call(store, caller, nanos).join();
				}
			}, executor))
			.toList();
		running.forEach(CompletableFuture::join);
		executor.shutdown();
	}

	private static void callAtOnce(RedisRateLimitStore store, int callers, Queue<Long> nanos) {
		for (int burst = 0; burst < 10; burst++) {
			IntStream.range(0, callers)
				.mapToObj((caller) -> call(store, caller, nanos))
				.toList()
				.forEach(CompletableFuture::join);
		}
	}

	private static CompletableFuture<Void> call(RedisRateLimitStore store, int caller, Queue<Long> nanos) {
		Charge charge = new Charge(new Counter("ai", "user:" + caller, LIMIT), 1);
		long start = System.nanoTime();
		return store.acquire(new RateLimitRequest(List.of(charge), FailureMode.CLOSED))
			.thenAccept((decision) -> nanos.add(System.nanoTime() - start))
			.toCompletableFuture();
	}

}
