package io.github.ratelimit.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

import io.github.ratelimit.Limit;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

/**
 * A sliding window as it is mostly written, to compare with: a sorted set with a member
 * for each unit.
 */
final class SortedSetLog {

	private final RedisClusterAsyncCommands<String, String> commands;

	private final LongSupplier micros;

	private final String digest;

	SortedSetLog(RedisClusterAsyncCommands<String, String> commands, LongSupplier micros) {
		this.commands = commands;
		this.micros = micros;
		this.digest = commands.scriptLoad(script()).toCompletableFuture().join();
	}

	private static String script() {
		try (InputStream in = SortedSetLog.class.getResourceAsStream("sorted-set-log.lua")) {
			return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return whether a cost is allowed, charging it if so.
	 */
	CompletionStage<Boolean> acquire(String key, Limit limit, long cost) {
		CompletionStage<List<Long>> answer = this.commands.evalsha(this.digest, ScriptOutputType.MULTI,
				new String[] { key }, Long.toString(this.micros.getAsLong()), Long.toString(limit.rate().quota()),
				Long.toString(limit.rate().windowMicros()), Long.toString(cost));
		return answer.thenApply((figures) -> figures.get(0) == 1);
	}

}
