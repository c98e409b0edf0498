package io.github.ratelimit.store.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.DamagedCounterException;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that whatever stands in Redis where a count is looked for, scripts end soon and
 * well, admit no more than the limit from then on, and leave nothing that stays for ever.
 */
class DamagedStateTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final int CHARGES = 12_500;

	// Nothing that scripts do takes so long, and nothing that a machine under load does
	private static final int SLOW_MICROS = 500_000;

	private static final long DAY = Duration.ofDays(1).toMillis();

	private static RedisProcess server;

	private static RedisConnection connection;

	private static RedisClient client;

	private static RedisCommands<byte[], byte[]> redis;

	private final RedisKeys keys = new RedisKeys("damaged");

	private final RedisRateLimitStore store = new RedisRateLimitStore(connection, "damaged");

	@BeforeAll
	static void start() {
		server = RedisServers.dedicated();
		RedisURI uri = RedisURI.create(server.uri());
		connection = RedisConnection.to(RedisAddress.of(uri), new RedisClientSettings(null, null, TIMEOUT, TIMEOUT));
		connection.open();
		client = RedisClient.create(uri);
		StatefulRedisConnection<byte[], byte[]> bytes = client.connect(ByteArrayCodec.INSTANCE);
		bytes.setTimeout(TIMEOUT);
		redis = bytes.sync();
	}

	@AfterAll
	static void stop() {
		client.shutdown(Duration.ZERO, TIMEOUT);
		connection.close();
		server.close();
	}

	@BeforeEach
	void clear() {
		redis.flushall();
		redis.configSet("slowlog-log-slower-than", String.valueOf(SLOW_MICROS));
		redis.slowlogReset();
	}

	static List<Limit> limits() {
		Limit few = Limit.of("5/d");
		return Stream.concat(Stream.of(Algorithm.values()).map(few::withAlgorithm),
				Stream.of(new Limit("zoned", few.rate(), 5, Algorithm.FIXED_WINDOW, ZoneId.of("Europe/Berlin")),
						Limit.of("100/d").withAlgorithm(Algorithm.SLIDING_WINDOW)))
			.toList();
	}

	@ParameterizedTest
	@MethodSource("limits")
	void scriptsBearWhateverTheyFind(Limit limit) {
		Random random = new Random(7);
		Counter counter = new Counter("api", "user:1", limit);
		byte[] key = this.keys.key(counter);
		RateLimitRequest request = request(counter, 1);
		List<byte[]> sane = sane(counter, key);
		for (int i = 0; i < CHARGES / limit.burst(); i++) {
			byte[] value = damaged(sane, random);
			RateLimitDecision charged = fresh(request, key);
			redis.set(key, value);
			if (i % 2 == 0) {
				settle(request, charged, random.nextInt(4));
				assertTimeToLiveUnlessUntouched(key, value);
			}
			long admitted = 0;
			for (int call = 0; call < 2 * limit.burst(); call++) {
				admitted += acquire(request).allowed() ? 1 : 0;
				assertTimeToLiveUnlessUntouched(key, value);
			}
			assertThat(admitted).as(() -> "%s admitted by %s".formatted(limit, Arrays.toString(value)))
				.isLessThanOrEqualTo(limit.burst());
			settle(request, charged, random.nextInt(4));
		}
		assertThat(redis.slowlogGet()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	void whatIsNoStateCountsAsNone(Algorithm algorithm) {
		Limit limit = Limit.of("5/d").withAlgorithm(algorithm);
		Counter counter = new Counter("api", "user:1", limit);
		byte[] key = this.keys.key(counter);
		for (int length : new int[] { 0, 1, 14, 28, 40, 42, 49, 72, 154, 189, 10_000 }) {
			for (byte each : new byte[] { 0, -1 }) {
				byte[] value = new byte[length];
				Arrays.fill(value, each);
				redis.set(key, value);
				assertThat(acquire(request(counter, 1)).remaining()).as("%d times %d", length, each).isEqualTo(4);
				assertThat(redis.pttl(key)).isBetween(1L, 2 * DAY);
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void longValuesDoNotKeepScriptsBusy(Algorithm algorithm) {
		Limit limit = Limit.of("5/d").withAlgorithm(algorithm);
		Counter counter = new Counter("api", "user:1", limit);
		byte[] key = this.keys.key(counter);
		RateLimitDecision charged = acquire(request(counter, 1));
		byte[] header = Arrays.copyOf(redis.get(key), 40);
		for (int room : new int[] { 1_000, 500_000, 4_000_000, Integer.MAX_VALUE }) {
			ByteBuffer value = ByteBuffer.allocate(40 + 8 * Math.min(room, 500_000)).put(header);
			value.putInt(14, room).putInt(22, room);
			redis.set(key, value.array());
			settle(request(counter, 1), charged, 0);
			acquire(request(counter, 1));
			acquire(request(counter, 3));
			settle(request(counter, 1), charged, 5);
			assertThat(redis.strlen(key)).isLessThanOrEqualTo(value.capacity());
		}
		assertThat(redis.slowlogGet()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	void keyOfAnotherKindFailsForItselfAlone(Algorithm algorithm) {
		Limit limit = Limit.of("5/d").withAlgorithm(algorithm);
		Counter damaged = new Counter("api", "user:1", limit);
		RateLimitRequest request = request(damaged, 1);
		RateLimitDecision charged = acquire(request);
		redis.del(this.keys.key(damaged));
		redis.lpush(this.keys.key(damaged), "somebody's".getBytes(StandardCharsets.UTF_8));
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> acquire(request))
			.havingCause()
			.isInstanceOf(DamagedCounterException.class)
			.withMessageContaining("WRONGTYPE");
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> settle(request, charged, 0))
			.havingCause()
			.isInstanceOf(DamagedCounterException.class);
		assertThat(acquire(request(new Counter("api", "user:2", limit), 1)).allowed()).isTrue();
		this.store.reset(List.of(damaged)).toCompletableFuture().join();
		assertThat(acquire(request).remaining()).isEqualTo(4);
	}

	private void assertTimeToLiveUnlessUntouched(byte[] key, byte[] value) {
		long left = redis.pttl(key);
		if (left == -1) {
			assertThat(redis.get(key)).as("value without an end").isEqualTo(value);
		}
	}

	/**
	 * Return states as they come to be: of one charge and of several, settled, and under
	 * other limits before.
	 */
	private List<byte[]> sane(Counter counter, byte[] key) {
		List<byte[]> sane = new ArrayList<>();
		for (int charges = 1; charges <= counter.limit().burst(); charges += 4) {
			RateLimitRequest request = request(counter, 1);
			RateLimitDecision last = fresh(request, key);
			for (int i = 1; i < charges; i++) {
				last = acquire(request);
			}
			sane.add(redis.get(key));
			settle(request, last, 3);
			sane.add(redis.get(key));
			if (counter.limit().zone() == null) {
				acquire(request(new Counter(counter.name(), counter.key(),
						Limit.of("70/w").withName(counter.limit().name()).withAlgorithm(counter.limit().algorithm())),
						1));
				sane.add(redis.get(key));
			}
		}
		return sane;
	}

	private static byte[] damaged(List<byte[]> sane, Random random) {
		byte[] value = sane.get(random.nextInt(sane.size())).clone();
		int kind = random.nextInt(4);
		if (kind == 0) {
			random.nextBytes(value);
		}
		else if (kind == 1) {
			value = new byte[random.nextInt(300)];
			random.nextBytes(value);
		}
		else if (kind == 2) {
			value[random.nextInt(value.length)] = (byte) random.nextInt();
		}
		else {
			value = Arrays.copyOf(value, random.nextInt(2 * value.length));
			for (int i = 0; i < value.length; i += 1 + random.nextInt(20)) {
				value[i] = (byte) random.nextInt();
			}
		}
		return value;
	}

	private RateLimitDecision fresh(RateLimitRequest request, byte[] key) {
		redis.del(key);
		return acquire(request);
	}

	private RateLimitDecision acquire(RateLimitRequest request) {
		return this.store.acquire(request).toCompletableFuture().join();
	}

	private void settle(RateLimitRequest request, RateLimitDecision charged, long cost) {
		this.store.settle(new RateLimitSettlement(request, charged, List.of(cost))).toCompletableFuture().join();
	}

	private static RateLimitRequest request(Counter counter, long cost) {
		return new RateLimitRequest(List.of(new Charge(counter, cost)), FailureMode.LOCAL);
	}

}
