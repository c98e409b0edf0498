package io.github.ratelimit.store.redis;

import java.nio.ByteBuffer;
import java.util.List;

import io.github.ratelimit.algorithm.Charged;
import io.github.ratelimit.algorithm.LimitAlgorithm;
import io.github.ratelimit.algorithm.Reading;
import io.github.ratelimit.algorithm.SlidingWindowCounter;

/**
 * A sliding window counter in scripts. Immutable.
 */
final class ScriptedSlidingWindowCounter implements ScriptedLimit {

	private final SlidingWindowCounter counter;

	private final byte[] single;

	ScriptedSlidingWindowCounter(SlidingWindowCounter counter) {
		this.counter = counter;
		this.single = packed(1);
	}

	@Override
	public ScriptPart acquirePart() {
		return ScriptPart.ACQUIRE_SLIDING_WINDOW_COUNTER;
	}

	@Override
	public byte[] acquireArgument(long cost, long aboutMicros) {
		return (cost == 1) ? this.single : packed(cost);
	}

	private byte[] packed(long cost) {
		return ScriptNumbers.packed(this.counter.windows().id(), this.counter.limit().burst(),
				Math.min(cost, LimitAlgorithm.MAX_UNITS + 1), this.counter.tickMicros());
	}

	@Override
	public Reading read(ByteBuffer figures, long cost) {
		return this.counter.reading(ScriptNumbers.next(figures), ScriptNumbers.next(figures),
				ScriptNumbers.next(figures), cost);
	}

	@Override
	public ScriptPart settlePart() {
		return ScriptPart.SETTLE_WINDOWS;
	}

	@Override
	public void addSettleArguments(List<byte[]> arguments, Charged charged, long cost) {
		arguments.add(ScriptNumbers.argument(charged.atMicros()));
		arguments.add(ScriptNumbers.argument(cost - charged.cost()));
	}

}
