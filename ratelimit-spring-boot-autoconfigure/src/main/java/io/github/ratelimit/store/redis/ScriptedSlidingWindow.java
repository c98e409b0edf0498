package io.github.ratelimit.store.redis;

import java.nio.ByteBuffer;
import java.util.List;

import io.github.ratelimit.algorithm.Charged;
import io.github.ratelimit.algorithm.LimitAlgorithm;
import io.github.ratelimit.algorithm.Reading;
import io.github.ratelimit.algorithm.SlidingWindow;

/**
 * A sliding window in scripts. Immutable.
 */
final class ScriptedSlidingWindow implements ScriptedLimit {

	private final SlidingWindow window;

	private final byte[] single;

	ScriptedSlidingWindow(SlidingWindow window) {
		this.window = window;
		this.single = packed(1);
	}

	@Override
	public ScriptPart acquirePart() {
		return ScriptPart.ACQUIRE_SLIDING_WINDOW;
	}

	@Override
	public byte[] acquireArgument(long cost, long aboutMicros) {
		return (cost == 1) ? this.single : packed(cost);
	}

	private byte[] packed(long cost) {
		return ScriptNumbers.packed(this.window.limit().burst(), this.window.limit().rate().windowMicros(),
				Math.min(cost, LimitAlgorithm.MAX_UNITS + 1));
	}

	@Override
	public Reading read(ByteBuffer figures, long cost) {
		return this.window.reading(ScriptNumbers.next(figures), ScriptNumbers.next(figures),
				ScriptNumbers.next(figures), cost);
	}

	@Override
	public ScriptPart settlePart() {
		return ScriptPart.SETTLE_SLIDING_WINDOW;
	}

	@Override
	public void addSettleArguments(List<byte[]> arguments, Charged charged, long cost) {
		arguments.add(ScriptNumbers.argument(charged.atMicros()));
		arguments.add(ScriptNumbers.argument(cost - charged.cost()));
	}

}
