package io.github.ratelimit.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import io.github.ratelimit.CounterChanges;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.benchmarks.contender.CommandCost;
import io.github.ratelimit.store.redis.RedisConnection;
import io.github.ratelimit.store.redis.RedisRateLimitStore;
import io.github.ratelimit.testsupport.RedisProcess;
import io.github.ratelimit.testsupport.RedisServers;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;

/**
 * A Redis server of a measurement's own, and what it says of itself.
 */
final class MeasuredRedis implements MeasuredServers, AutoCloseable {

	/**
	 * Commands that are sent before an answer is awaited.
	 */
	private static final int BATCH = 200;

	private static final Duration LONG = Duration.ofMinutes(1);

	private final List<RedisConnection> connections = new ArrayList<>();

	private final RedisProcess process = RedisServers.dedicated();

	private final RedisClient client = RedisClient.create(this.process.uri());

	private final StatefulRedisConnection<byte[], byte[]> bytes = this.client.connect(ByteArrayCodec.INSTANCE);

	private final StatefulRedisConnection<String, String> text = this.client.connect();

	/**
	 * Return a store that counts by the server's clock.
	 */
	RateLimitStore store() {
		return store(this.bytes.async());
	}

	/**
	 * Return a store that counts by a clock of the measurement's own.
	 */
	RateLimitStore store(LongSupplier micros) {
		return store(InjectedTime.into(this.bytes.async(), micros));
	}

	private RateLimitStore store(RedisClusterAsyncCommands<byte[], byte[]> commands) {
		RedisConnection connection = RedisConnection.of("measured", LONG, LONG, () -> commands);
		connection.open();
		this.connections.add(connection);
		// Each decision is a call of its own, to be measured
		return new RedisRateLimitStore(connection, "shop", CounterChanges.NONE, false);
	}

	RedisClusterAsyncCommands<String, String> commands() {
		return this.text.async();
	}

	/**
	 * Call something many times, so that the server is not left waiting.
	 * @return the answers, in the order of the calls
	 */
	static <T> List<T> repeat(int times, Supplier<CompletionStage<T>> call) {
		List<T> answers = new ArrayList<>(times);
		for (int done = 0; done < times; done += BATCH) {
			List<CompletableFuture<T>> batch = IntStream.range(done, Math.min(done + BATCH, times))
				.mapToObj((i) -> call.get().toCompletableFuture())
				.toList();
			batch.forEach((answer) -> answers.add(answer.join()));
		}
		return answers;
	}

	@Override
	public String uri() {
		return this.process.uri();
	}

	@Override
	public void resetCosts() {
		this.text.sync().configResetstat();
	}

	@Override
	public Map<String, CommandCost> costs() {
		return MeasuredServers.costs(this.text.sync().info("commandstats"));
	}

	/**
	 * Return the memory that all keys take whose names have a text in them.
	 */
	long memoryUsageOfAll(String text) {
		return this.text.sync().keys("*" + text + "*").stream().mapToLong(this::memoryUsage).sum();
	}

	/**
	 * Return how long scripts ran on the server while something was decided, in
	 * microseconds for each decision.
	 */
	double scriptMicros(int decisions, Runnable calls) {
		resetCosts();
		calls.run();
		return Objects.requireNonNull(costs().get("evalsha")).micros() / decisions;
	}

	long memoryUsage(String key) {
		return Objects.requireNonNull(this.text.sync().memoryUsage(key));
	}

	/**
	 * Return how long a value is, or the memory it takes if it is not plain bytes.
	 */
	long stateBytes(String key) {
		return (this.text.sync().type(key).equals("string")) ? this.text.sync().strlen(key) : memoryUsage(key);
	}

	/**
	 * Return the one key there is.
	 */
	String onlyKey() {
		List<String> keys = this.text.sync().keys("*");
		if (keys.size() != 1) {
			throw new IllegalStateException("One key was expected, not " + keys);
		}
		return keys.get(0);
	}

	@Override
	public void clear() {
		this.text.sync().flushall();
	}

	String version() {
		return this.text.sync()
			.info("server")
			.lines()
			.filter((line) -> line.startsWith("redis_version:"))
			.map((line) -> line.substring(line.indexOf(':') + 1).trim())
			.findFirst()
			.orElseThrow();
	}

	@Override
	public void close() {
		this.connections.forEach(RedisConnection::close);
		this.client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
		this.process.close();
	}

}
