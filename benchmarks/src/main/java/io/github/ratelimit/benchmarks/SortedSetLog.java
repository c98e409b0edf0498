package io.github.ratelimit.benchmarks;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

import io.github.ratelimit.Limit;
import io.github.ratelimit.benchmarks.contender.SortedSetScript;
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
		this.digest = commands.scriptLoad(SortedSetScript.text()).toCompletableFuture().join();
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
