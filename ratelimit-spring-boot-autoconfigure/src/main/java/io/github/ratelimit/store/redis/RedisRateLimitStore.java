package io.github.ratelimit.store.redis;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.ratelimit.Counter;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.StoreStatus;
import io.lettuce.core.RedisException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

/**
 * A {@link RateLimitStore} in Redis, one count for all instances of an application.
 * <p>
 * A decision is one {@code EVALSHA} in one round trip, by the clock of the server.
 * Nothing is sent twice: where an answer does not come, the request may or may not have
 * been charged. The stages complete on a thread of the client's, which must not be
 * blocked, and exceptionally at once while there is no connection or too many wait for an
 * answer.
 */
public final class RedisRateLimitStore implements RateLimitStore {

	/**
	 * More than Redis answers within any sensible deadline: while it is frozen, requests
	 * beyond these fail at once instead of piling up in memory and being charged late.
	 */
	static final int MAX_UNDER_WAY = 4096;

	private final RedisConnection connection;

	private final RedisKeys keys;

	private final LuaScript script = LuaScript.load("token-bucket.lua");

	private final AtomicInteger underWay = new AtomicInteger();

	private final BucketArguments.Cache buckets = new BucketArguments.Cache();

	/**
	 * Create a store.
	 * @param connection the connection to use; it stays open when the store is not used
	 * any more
	 * @param application name of the application, so that two on one Redis do not share
	 * counts
	 */
	public RedisRateLimitStore(RedisConnection connection, String application) {
		this.connection = Objects.requireNonNull(connection, "connection must not be null");
		this.keys = new RedisKeys(Objects.requireNonNull(application, "application must not be null"));
	}

	@Override
	public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
		try {
			Counter counter = request.counters().get(0);
			BucketArguments bucket = this.buckets.get(counter.limit());
			return send(counter, bucket.toArray(request.cost())).thenApply((spent) -> RateLimitDecision
				.of(List.of(bucket.bucket().status(spent, request.cost())), DecisionSource.REDIS));
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private CompletionStage<Long> send(Counter counter, byte[][] arguments) {
		byte[][] key = { this.keys.key(counter) };
		RedisClusterAsyncCommands<byte[], byte[]> commands = this.connection.commands();
		if (this.underWay.incrementAndGet() > MAX_UNDER_WAY) {
			this.underWay.decrementAndGet();
			return CompletableFuture
				.failedFuture(new RedisException(MAX_UNDER_WAY + " requests wait for Redis to answer"));
		}
		CompletionStage<Long> answer;
		try {
			answer = this.script.run(commands, ScriptOutputType.INTEGER, key, arguments);
		}
		catch (RuntimeException ex) {
			answer = CompletableFuture.failedFuture(ex);
		}
		return answer.whenComplete((spent, error) -> this.underWay.decrementAndGet());
	}

	@Override
	public CompletionStage<Void> reset(RateLimitRequest request) {
		try {
			byte[][] names = request.counters().stream().map(this.keys::key).toArray(byte[][]::new);
			return this.connection.commands().del(names).thenApply((deleted) -> null);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	@Override
	public StoreStatus status() {
		return this.connection.status();
	}

}
