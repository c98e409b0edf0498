package io.github.ratelimit.store.redis;

import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.testsupport.RedisProbe;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import io.lettuce.core.RedisURI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a decision costs a real Redis with each algorithm and with several limits: calls,
 * bytes, and for how long.
 */
class RedisKeyCostTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final Map<Algorithm, String> SUFFIXES = Map.of(Algorithm.TOKEN_BUCKET, "", Algorithm.FIXED_WINDOW,
			"~fixed", Algorithm.SLIDING_WINDOW, "~sliding", Algorithm.SLIDING_WINDOW_COUNTER, "~counter");

	private static RedisProcess server;

	private static RedisProbe probe;

	private static RedisConnection connection;

	private final RedisRateLimitStore store = new RedisRateLimitStore(connection, "a");

	@BeforeAll
	static void start() {
		server = RedisServers.dedicated();
		probe = RedisProbe.of(server.uri());
		connection = RedisConnection.to(RedisAddress.of(RedisURI.create("127.0.0.1", server.port())),
				new RedisClientSettings(null, null, TIMEOUT, TIMEOUT));
		connection.open();
	}

	@AfterAll
	static void stop() {
		connection.close();
		probe.close();
		server.close();
	}

	@BeforeEach
	void clear() {
		probe.clear();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 5 })
	void decisionIsOneCallWhateverTheNumberOfLimits(int limits) {
		for (Algorithm algorithm : Algorithm.values()) {
			decide(limits, algorithm);
			probe.clear();
			for (int i = 0; i < 20; i++) {
				decide(limits, algorithm);
			}
			assertThat(probe.commandCalls()).as("%d of %s", limits, algorithm)
				.containsEntry("evalsha", 20L)
				.containsEntry("time", 20L)
				.doesNotContainKeys("eval", "multi", "exec", "watch");
		}
	}

	private void decide(int limits, Algorithm algorithm) {
		List<Charge> charges = new ArrayList<>();
		for (int i = 0; i < limits; i++) {
			charges.add(charge("user:1", perDays(10 + i, algorithm).withName("limit" + i), 1));
		}
		acquire(charges);
	}

	@Test
	void differentAlgorithmsAndKeysAreOneCallToo() {
		List<Charge> charges = new ArrayList<>();
		for (Algorithm algorithm : Algorithm.values()) {
			charges.add(charge("user:1", perDays(10, algorithm), 1));
			charges.add(charge("ip:192.0.2.1", perDays(10, algorithm), 1));
		}
		acquire(charges);
		probe.clearCommandCalls();
		acquire(charges);
		assertThat(probe.commandCalls()).containsEntry("evalsha", 1L)
			.containsEntry("time", 1L)
			.doesNotContainKeys("eval", "multi", "exec", "watch");
		assertThat(probe.keys("*")).hasSize(8);
	}

	@ParameterizedTest
	@EnumSource(Algorithm.class)
	void refusalsAndQuestionsWriteNothing(Algorithm algorithm) {
		Limit limit = perDays(10, algorithm);
		acquire("user:1", limit, 9);
		Map<String, byte[]> values = values();
		Map<String, Duration> timesToLive = timesToLive();
		probe.clearCommandCalls();
		for (int i = 0; i < 5; i++) {
			assertThat(acquire("user:1", limit, 2).allowed()).isFalse();
			acquire("user:1", limit, 0);
			acquire("user:2", limit, 11);
			acquire(List.of(charge("user:3", limit, 1), charge("user:1", limit, 2)));
			acquire(List.of(charge("user:1", limit, 2), charge("user:3", limit, 1)));
		}
		assertThat(probe.commandCalls()).containsKeys("evalsha", "time")
			.doesNotContainKeys("set", "setrange", "pexpire", "expire", "del");
		assertThat(values()).usingRecursiveComparison().isEqualTo(values);
		timesToLive().forEach((key, left) -> assertThat(left).isLessThanOrEqualTo(timesToLive.get(key)));
	}

	private static Map<String, byte[]> values() {
		Map<String, byte[]> values = new HashMap<>();
		probe.keys("*").forEach((key) -> values.put(key, probe.value(key)));
		return values;
	}

	private static Map<String, Duration> timesToLive() {
		Map<String, Duration> times = new HashMap<>();
		probe.keys("*").forEach((key) -> times.put(key, probe.timeToLive(key)));
		return times;
	}

	@ParameterizedTest
	@MethodSource("limits")
	void keyLivesNoLongerThanItTellsSomething(Limit limit) {
		for (long cost : new long[] { 1, limit.burst() - 1 }) {
			RateLimitDecision decision = acquire("user:1", limit, cost);
			assertThat(decision.allowed()).isTrue();
			assertThat(probe.keys("*")).hasSize(1)
				.allSatisfy((key) -> assertThat(probe.timeToLive(key)).isPositive()
					.isLessThanOrEqualTo(decision.resetAfter().plusMillis(1)));
		}
	}

	static List<Limit> limits() {
		List<Limit> limits = new ArrayList<>();
		for (Algorithm algorithm : Algorithm.values()) {
			for (String rate : List.of("5/m", "100/h", "10000/d", "7/13d", "999/400d")) {
				limits.add(Limit.of(rate).withAlgorithm(algorithm));
			}
		}
		limits.add(Limit.of("100/d").perCalendar(ZoneId.of("Europe/Berlin")));
		limits.add(Limit.of("100/month").perCalendar(ZoneId.of("Asia/Tehran")));
		return limits;
	}

	@ParameterizedTest
	@ValueSource(ints = { 10, 100, 1_000, 10_000 })
	void slidingWindowTakesAtMost8BytesForEachUnitOfItsQuota(int quota) {
		Limit limit = perDays(quota, Algorithm.SLIDING_WINDOW);
		for (int i = 0; i < quota; i++) {
			assertThat(acquire("user:1", limit, 1).allowed()).isTrue();
		}
		assertThat(acquire("user:1", limit, 1).allowed()).isFalse();
		assertThat(length("user:1", limit)).isBetween(40 + 8 * quota / 2, 40 + 8 * quota);
	}

	@ParameterizedTest
	@ValueSource(ints = { 10, 100, 1_000, 10_000, 500_000 })
	void keyThatSawThreeCallsIsSmall(int quota) {
		for (Algorithm algorithm : Algorithm.values()) {
			Limit limit = perDays(quota, algorithm);
			for (int i = 0; i < 3; i++) {
				acquire("user:1", limit, 1 + i);
			}
			assertThat(length("user:1", limit)).as("%s", algorithm).isLessThanOrEqualTo(40 + 8 * 4);
		}
	}

	/**
	 * With all that Redis keeps of a key. Versions differ a little.
	 */
	@ParameterizedTest
	@CsvSource({ "TOKEN_BUCKET, 10, 128", "FIXED_WINDOW, 10, 160", "SLIDING_WINDOW_COUNTER, 10, 168",
			"SLIDING_WINDOW, 10, 184", "SLIDING_WINDOW, 500000, 184" })
	void keyTakesFewBytesOfTheServer(Algorithm algorithm, int quota, int bytes) {
		Limit limit = perDays(quota, algorithm);
		for (int i = 0; i < 3; i++) {
			acquire("user:1", limit, 1 + i);
		}
		assertThat(probe.memoryUsage(name("user:1", limit))).isLessThanOrEqualTo(bytes);
	}

	/**
	 * A sorted set of as many members takes 118,000 bytes.
	 */
	@Test
	void fullSlidingWindowTakesLessThanATenthOfALogOfItsCalls() {
		Limit limit = perDays(1_000, Algorithm.SLIDING_WINDOW);
		for (int i = 0; i < 1_000; i++) {
			acquire("user:1", limit, 1);
		}
		assertThat(probe.memoryUsage(name("user:1", limit))).isLessThanOrEqualTo(8_600);
	}

	@Test
	void weightedCostsTakeOneEntryEach() {
		Limit limit = perDays(10_000, Algorithm.SLIDING_WINDOW);
		for (int i = 0; i < 10; i++) {
			assertThat(acquire("user:1", limit, 1_000).allowed()).isTrue();
		}
		assertThat(length("user:1", limit)).isLessThanOrEqualTo(40 + 8 * 16);
	}

	private static String name(String key, Limit limit) {
		return "rate_limit:a:ai:{" + key + "}:default" + SUFFIXES.get(limit.algorithm());
	}

	private static int length(String key, Limit limit) {
		byte[] value = probe.value(name(key, limit));
		assertThat(value).isNotNull();
		return value.length;
	}

	private static Limit perDays(long quota, Algorithm algorithm) {
		return Limit.of(quota, Duration.ofDays(400)).withAlgorithm(algorithm);
	}

	private static Charge charge(String key, Limit limit, long cost) {
		return new Charge(new Counter("ai", key, limit), cost);
	}

	private RateLimitDecision acquire(String key, Limit limit, long cost) {
		return acquire(List.of(charge(key, limit, cost)));
	}

	private RateLimitDecision acquire(List<Charge> charges) {
		return this.store.acquire(new RateLimitRequest(charges, FailureMode.CLOSED)).toCompletableFuture().join();
	}

}
