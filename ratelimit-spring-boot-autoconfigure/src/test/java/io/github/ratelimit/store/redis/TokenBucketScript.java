package io.github.ratelimit.store.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

import io.github.ratelimit.algorithm.TokenBucket;
import io.github.ratelimit.algorithm.TokenBucketState;
import io.github.ratelimit.testsupport.RedisServers;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import org.jspecify.annotations.Nullable;

/**
 * Runs {@code token-bucket.lua} on a real Redis, without the store and its connection.
 */
final class TokenBucketScript implements AutoCloseable {

	private static final int NUMBER_BYTES = 7;

	private final RedisClient client = RedisClient.create(RedisServers.shared().uri());

	private final StatefulRedisConnection<byte[], byte[]> connection = this.client.connect(ByteArrayCodec.INSTANCE);

	private final RedisCommands<byte[], byte[]> redis = this.connection.sync();

	private final String digest = this.redis.scriptLoad(text());

	private static byte[] text() {
		try (InputStream in = TokenBucket.class
			.getResourceAsStream("/io/github/ratelimit/store/redis/" + "token-bucket.lua")) {
			if (in == null) {
				throw new IllegalStateException("token-bucket.lua is missing");
			}
			return in.readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Run the script at a time.
	 * @param key the counter
	 * @param bucket the limit's bucket
	 * @param cost units to charge
	 * @param now the time in microseconds, {@code null} for the server's
	 * @return the parts that were missing before
	 */
	long run(String key, TokenBucket bucket, long cost, @Nullable Long now) {
		byte[][] arguments = { number(bucket.capacity()), number(bucket.partsPerTick()), number(bucket.partsPerUnit()),
				number(bucket.parts(cost)), number(bucket.tickMicros()) };
		if (now != null) {
			arguments = Arrays.copyOf(arguments, arguments.length + 1);
			arguments[arguments.length - 1] = number(now);
		}
		Long spent = this.redis.evalsha(this.digest, ScriptOutputType.INTEGER, new byte[][] { bytes(key) }, arguments);
		return spent;
	}

	/**
	 * Read what the script keeps of a counter.
	 * @param key the counter
	 * @return the state, {@code null} if there is none
	 */
	@Nullable TokenBucketState state(String key) {
		byte[] state = this.redis.get(bytes(key));
		if (state == null) {
			return null;
		}
		if (state.length != 3 * NUMBER_BYTES) {
			throw new IllegalStateException("A state of " + state.length + " bytes");
		}
		return new TokenBucketState(number(state, 0), number(state, NUMBER_BYTES), number(state, 2 * NUMBER_BYTES));
	}

	/**
	 * Return how long Redis still keeps a counter.
	 * @param key the counter
	 * @return the time; negative if it has no end or there is no such counter
	 */
	Duration timeToLive(String key) {
		return Duration.ofMillis(this.redis.pttl(bytes(key)));
	}

	void delete(String key) {
		this.redis.del(bytes(key));
	}

	private static long number(byte[] state, int offset) {
		return ByteBuffer.allocate(Long.BYTES).position(1).put(state, offset, NUMBER_BYTES).getLong(0);
	}

	private static byte[] number(long number) {
		return bytes(Long.toString(number));
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	@Override
	public void close() {
		this.connection.close();
		this.client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
	}

}
