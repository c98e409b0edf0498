package io.github.ratelimit.store.redis;

import java.nio.ByteBuffer;
import java.util.List;

import io.github.ratelimit.algorithm.Charged;
import io.github.ratelimit.algorithm.LimitAlgorithm;
import io.github.ratelimit.algorithm.Reading;
import io.github.ratelimit.algorithm.TokenBucket;

/**
 * A token bucket in scripts. Immutable.
 */
final class ScriptedTokenBucket implements ScriptedLimit {

	private final TokenBucket bucket;

	private final List<byte[]> numbers;

	private final byte[] partsPerUnit;

	ScriptedTokenBucket(TokenBucket bucket) {
		this.bucket = bucket;
		this.partsPerUnit = ScriptNumbers.argument(bucket.partsPerUnit());
		this.numbers = List.of(ScriptNumbers.argument(bucket.capacity()), ScriptNumbers.argument(bucket.partsPerTick()),
				this.partsPerUnit, ScriptNumbers.argument(bucket.tickMicros()));
	}

	@Override
	public ScriptPart acquirePart() {
		return ScriptPart.ACQUIRE_TOKEN_BUCKET;
	}

	@Override
	public void addAcquireArguments(List<byte[]> arguments, long cost, long aboutMicros) {
		arguments.addAll(this.numbers);
		arguments.add((cost == 1) ? this.partsPerUnit : ScriptNumbers.argument(this.bucket.parts(cost)));
	}

	@Override
	public Reading read(ByteBuffer figures, long cost) {
		return this.bucket.reading(ScriptNumbers.next(figures), cost);
	}

	@Override
	public ScriptPart settlePart() {
		return ScriptPart.SETTLE_TOKEN_BUCKET;
	}

	@Override
	public void addSettleArguments(List<byte[]> arguments, Charged charged, long cost) {
		long more = Math.max(cost - charged.cost(), 0);
		arguments.addAll(this.numbers);
		arguments.add(ScriptNumbers.argument(this.bucket.parts(charged.cost())));
		arguments.add(ScriptNumbers.argument(this.bucket.parts(Math.min(cost, charged.cost()))));
		arguments.add(ScriptNumbers.argument((more > LimitAlgorithm.MAX_UNITS / this.bucket.partsPerUnit())
				? LimitAlgorithm.MAX_UNITS : more * this.bucket.partsPerUnit()));
		arguments.add(ScriptNumbers.argument(charged.atMicros()));
		arguments.add(ScriptNumbers.argument(this.bucket.missingAfter(charged)));
	}

}
