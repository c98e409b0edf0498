package io.github.ratelimit.sample;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

import io.github.ratelimit.testsupport.Pause;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;

/**
 * What an operator sees of an application's counts in Redis.
 */
final class RedisView implements AutoCloseable {

	private final RedisClient client;

	private final StatefulRedisConnection<String, String> connection;

	private final String prefix;

	RedisView(String uri, String application) {
		this.client = RedisClient.create(RedisURI.create(uri));
		this.connection = this.client.connect();
		this.prefix = "rate_limit:" + application + ":";
	}

	/**
	 * Return the keys of the application's counts, without what they all begin with.
	 */
	List<String> keys() {
		return this.connection.sync()
			.keys("rate_limit:*")
			.stream()
			.filter((key) -> key.startsWith(this.prefix) && key.contains("{"))
			.map((key) -> key.substring(this.prefix.length()))
			.toList();
	}

	Duration timeToLive(String key) {
		return Duration.ofMillis(this.connection.sync().pttl(this.prefix + key));
	}

	long memoryUsage(String key) {
		return Objects.requireNonNull(this.connection.sync().memoryUsage(this.prefix + key));
	}

	/**
	 * Delete all counts past the instances, and wait until none of them remembers what it
	 * refused by them.
	 */
	void forgetAll() {
		List<String> keys = keys();
		keys.forEach((key) -> this.connection.sync().del(this.prefix + key));
		if (!keys.isEmpty()) {
			awaitRefusalsForgotten();
		}
	}

	/**
	 * Wait until no instance remembers a refusal of Redis any more.
	 */
	static void awaitRefusalsForgotten() {
		Pause.of(Duration.ofMillis(1010));
	}

	@Override
	public void close() {
		this.connection.close();
		this.client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
	}

}
