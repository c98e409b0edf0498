package io.github.ratelimit.store.redis;

import java.nio.ByteBuffer;
import java.util.List;

import io.github.ratelimit.algorithm.Charged;
import io.github.ratelimit.algorithm.Reading;
import io.github.ratelimit.algorithm.SlidingWindow;

/**
 * A sliding window in scripts. Immutable.
 */
final class ScriptedSlidingWindow implements ScriptedLimit {

	private final SlidingWindow window;

	private final byte[] quota;

	private final byte[] windowMicros;

	ScriptedSlidingWindow(SlidingWindow window) {
		this.window = window;
		this.quota = ScriptNumbers.argument(window.limit().burst());
		this.windowMicros = ScriptNumbers.argument(window.limit().rate().windowMicros());
	}

	@Override
	public ScriptPart acquirePart() {
		return ScriptPart.ACQUIRE_SLIDING_WINDOW;
	}

	@Override
	public void addAcquireArguments(List<byte[]> arguments, long cost, long aboutMicros) {
		arguments.add(this.quota);
		arguments.add(this.windowMicros);
		arguments.add(ScriptNumbers.argument(cost));
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
