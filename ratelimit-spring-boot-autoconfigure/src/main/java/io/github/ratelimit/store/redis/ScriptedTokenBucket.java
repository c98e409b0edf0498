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

	private final byte[] single;

	ScriptedTokenBucket(TokenBucket bucket) {
		this.bucket = bucket;
		this.single = packed(1);
	}

	@Override
	public ScriptPart acquirePart() {
		return ScriptPart.ACQUIRE_TOKEN_BUCKET;
	}

	@Override
	public byte[] acquireArgument(long cost, long aboutMicros) {
		return (cost == 1) ? this.single : packed(cost);
	}

	private byte[] packed(long cost) {
		return ScriptNumbers.packed(this.bucket.capacity(), this.bucket.scale().partsPerTick(),
				this.bucket.scale().partsPerUnit(), this.bucket.scale().tickMicros(), this.bucket.parts(cost));
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
		arguments.add(packed(charged.cost()));
		arguments.add(ScriptNumbers.argument(this.bucket.parts(Math.min(cost, charged.cost()))));
		arguments.add(ScriptNumbers.argument((more > LimitAlgorithm.MAX_UNITS / this.bucket.scale().partsPerUnit())
				? LimitAlgorithm.MAX_UNITS : more * this.bucket.scale().partsPerUnit()));
		arguments.add(ScriptNumbers.argument(charged.atMicros()));
		arguments.add(ScriptNumbers.argument(this.bucket.missingAfter(charged)));
	}

}
