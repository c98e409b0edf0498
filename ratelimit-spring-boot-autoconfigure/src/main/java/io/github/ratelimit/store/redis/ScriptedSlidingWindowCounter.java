package io.github.ratelimit.store.redis;

import java.nio.ByteBuffer;
import java.util.List;

import io.github.ratelimit.algorithm.Charged;
import io.github.ratelimit.algorithm.Reading;
import io.github.ratelimit.algorithm.SlidingWindowCounter;

/**
 * A sliding window counter in scripts. Immutable.
 */
final class ScriptedSlidingWindowCounter implements ScriptedLimit {

	private static final byte[] NONE = {};

	private final SlidingWindowCounter counter;

	private final byte[] id;

	private final byte[] quota;

	private final byte[] tickMicros;

	ScriptedSlidingWindowCounter(SlidingWindowCounter counter) {
		this.counter = counter;
		this.id = ScriptNumbers.argument(counter.windows().id());
		this.quota = ScriptNumbers.argument(counter.limit().burst());
		this.tickMicros = ScriptNumbers.argument(counter.tickMicros());
	}

	@Override
	public ScriptPart acquirePart() {
		return ScriptPart.ACQUIRE_SLIDING_WINDOW_COUNTER;
	}

	@Override
	public void addAcquireArguments(List<byte[]> arguments, long cost, long aboutMicros) {
		arguments.add(this.id);
		arguments.add(NONE);
		arguments.add(this.quota);
		arguments.add(ScriptNumbers.argument(cost));
		arguments.add(this.tickMicros);
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
