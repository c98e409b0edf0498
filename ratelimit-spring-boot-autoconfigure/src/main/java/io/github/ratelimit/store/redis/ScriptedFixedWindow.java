package io.github.ratelimit.store.redis;

import java.nio.ByteBuffer;
import java.util.List;

import io.github.ratelimit.algorithm.CalendarWindows;
import io.github.ratelimit.algorithm.Charged;
import io.github.ratelimit.algorithm.FixedWindow;
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

	private static final byte[] NONE = {};

	private final FixedWindow window;

	private final byte[] id;

	private final byte[] quota;

	private volatile @Nullable Surroundings surroundings;

	ScriptedFixedWindow(FixedWindow window) {
		this.window = window;
		this.id = ScriptNumbers.argument(window.windows().id());
		this.quota = ScriptNumbers.argument(window.limit().burst());
	}

	@Override
	public ScriptPart acquirePart() {
		return ScriptPart.ACQUIRE_FIXED_WINDOW;
	}

	@Override
	public void addAcquireArguments(List<byte[]> arguments, long cost, long aboutMicros) {
		arguments.add(this.id);
		arguments.add(boundaries(aboutMicros));
		arguments.add(this.quota);
		arguments.add(ScriptNumbers.argument(cost));
	}

	private byte[] boundaries(long aboutMicros) {
		if (!(this.window.windows() instanceof CalendarWindows calendar)) {
			return NONE;
		}
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
