package io.github.ratelimit.store.redis;

import java.nio.ByteBuffer;
import java.util.List;

import io.github.ratelimit.algorithm.CalendarWindows;
import io.github.ratelimit.algorithm.Charged;
import io.github.ratelimit.algorithm.FixedWindow;
import io.github.ratelimit.algorithm.LimitAlgorithm;
import io.github.ratelimit.algorithm.Reading;
import io.github.ratelimit.algorithm.Window;
import io.github.ratelimit.algorithm.Windows;
import org.jspecify.annotations.Nullable;

/**
 * A fixed window in scripts. Safe for use by many threads.
 * <p>
 * Windows of the calendar are worked out here, since Redis knows no time zones: it is
 * told the window of about now, the one before and the one after, and picks by its own
 * clock.
 */
final class ScriptedFixedWindow implements ScriptedLimit {

	private final FixedWindow window;

	private final byte[] single;

	private volatile @Nullable Surroundings surroundings;

	ScriptedFixedWindow(FixedWindow window) {
		this.window = window;
		this.single = packed(0, 1).array();
	}

	@Override
	public ScriptPart acquirePart() {
		return ScriptPart.ACQUIRE_FIXED_WINDOW;
	}

	@Override
	public byte[] acquireArgument(long cost, long aboutMicros) {
		if (this.window.windows() instanceof CalendarWindows calendar) {
			byte[] boundaries = boundaries(calendar, aboutMicros);
			return packed(boundaries.length, cost).put(boundaries).array();
		}
		return (cost == 1) ? this.single : packed(0, cost).array();
	}

	private ByteBuffer packed(int more, long cost) {
		return ScriptNumbers.packed(more, this.window.windows().id(), this.window.limit().burst(),
				Math.min(cost, LimitAlgorithm.MAX_UNITS + 1), 0);
	}

	private byte[] boundaries(CalendarWindows calendar, long aboutMicros) {
		Surroundings known = this.surroundings;
		if (known == null || !known.isAround(aboutMicros)) {
			known = Surroundings.of(calendar, aboutMicros);
			this.surroundings = known;
		}
		return known.packed();
	}

	@Override
	public Reading read(ByteBuffer figures, long cost) {
		return this.window.reading(ScriptNumbers.next(figures), ScriptNumbers.next(figures), cost);
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

	/**
	 * A window with the one before and the one after it.
	 */
	private record Surroundings(Window window, byte[] packed) {

		static Surroundings of(Windows windows, long micros) {
			Window window = windows.at(micros);
			ByteBuffer packed = ByteBuffer.allocate(4 * ScriptNumbers.BYTES);
			ScriptNumbers.put(packed, windows.at(window.startMicros() - 1).startMicros());
			ScriptNumbers.put(packed, window.startMicros());
			ScriptNumbers.put(packed, window.endMicros());
			ScriptNumbers.put(packed, windows.at(window.endMicros()).endMicros());
			return new Surroundings(window, packed.array());
		}

		boolean isAround(long micros) {
			return micros >= this.window.startMicros() && micros < this.window.endMicros();
		}

	}

}
