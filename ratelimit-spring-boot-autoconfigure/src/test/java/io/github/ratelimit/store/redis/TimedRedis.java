package io.github.ratelimit.store.redis;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.CounterChanges;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.testsupport.RedisServers;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import org.jspecify.annotations.Nullable;

/**
 * A {@link RedisRateLimitStore} on the shared server whose clock the test sets, and a
 * connection beside it that sees what is kept.
 */
final class TimedRedis implements AutoCloseable {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private final RedisConnection connection;

	private final RedisClient client;

	private final StatefulRedisConnection<byte[], byte[]> bytes;

	private final AtomicLong now = new AtomicLong();

	private final String application = "timed-" + UUID.randomUUID();

	private final RedisKeys keys = new RedisKeys(this.application);

	private final RedisRateLimitStore store;

	private final RedisRateLimitStore serverTimeStore;

	/**
	 * Create a store that sends each request by itself, in the order in which they come.
	 */
	TimedRedis() {
		this(Gathering.off());
	}

	/**
	 * Create a store whose every decision is made by the script that decides many.
	 */
	static TimedRedis gathered() {
		return new TimedRedis(new Gathering(1, 64, false, System::nanoTime));
	}

	private TimedRedis(Gathering gathering) {
		RedisURI uri = RedisURI.create(RedisServers.shared().uri());
		this.connection = RedisConnection.to(RedisAddress.of(uri),
				new RedisClientSettings(null, null, Duration.ofSeconds(10), TIMEOUT));
		this.connection.open();
		this.store = new RedisRateLimitStore(this.connection, this.application, CounterChanges.NONE, this.now::get,
				gathering);
		this.serverTimeStore = new RedisRateLimitStore(this.connection, this.application);
		this.client = RedisClient.create(uri);
		this.bytes = this.client.connect(ByteArrayCodec.INSTANCE);
		this.bytes.setTimeout(TIMEOUT);
	}

	RedisRateLimitStore store() {
		return this.store;
	}

	/**
	 * Return a store on the same keys by the server's clock.
	 */
	RedisRateLimitStore serverTimeStore() {
		return this.serverTimeStore;
	}

	AtomicLong now() {
		return this.now;
	}

	CompletableFuture<RateLimitDecision> acquireAsync(long now, RateLimitRequest request) {
		this.now.set(now);
		return this.store.acquire(request).toCompletableFuture();
	}

	LimitStatus acquire(long now, String key, Limit limit, long cost) {
		return acquireAsync(now, request(key, limit, cost)).join().limits().get(0);
	}

	static RateLimitRequest request(String key, Limit limit, long cost) {
		return new RateLimitRequest(List.of(new Charge(counter(key, limit), cost)), FailureMode.CLOSED);
	}

	static Counter counter(String key, Limit limit) {
		return new Counter("timed", key, limit);
	}

	private RedisCommands<byte[], byte[]> redis() {
		return this.bytes.sync();
	}

	byte @Nullable [] value(String key, Limit limit) {
		return redis().get(this.keys.key(counter(key, limit)));
	}

	Duration timeToLive(String key, Limit limit) {
		return Duration.ofMillis(redis().pttl(this.keys.key(counter(key, limit))));
	}

	/**
	 * Return the 7-byte integers that a value is made of.
	 */
	List<Long> numbers(String key, Limit limit) {
		byte[] value = value(key, limit);
		List<Long> numbers = new ArrayList<>();
		if (value != null) {
			ByteBuffer rest = ByteBuffer.wrap(value);
			while (rest.hasRemaining()) {
				numbers.add(ScriptNumbers.next(rest));
			}
		}
		return numbers;
	}

	@Override
	public void close() {
		List<byte[]> own = redis().keys("rate_limit:" + this.application + ":*");
		if (!own.isEmpty()) {
			redis().del(own.toArray(byte[][]::new));
		}
		this.bytes.close();
		this.client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
		this.connection.close();
	}

}
