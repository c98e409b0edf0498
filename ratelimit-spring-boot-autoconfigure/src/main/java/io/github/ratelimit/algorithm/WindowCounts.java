package io.github.ratelimit.algorithm;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What was charged in the windows of a key. Immutable.
 * <p>
 * There is one count, until limits of different windows are asked of one key: another
 * plan's, or others after a change of configuration. Then each has its own, and every
 * charge is counted in all whose window it falls in: who changes from one to the other
 * takes along what was used. A window that is new takes over the largest of the other
 * counts, if something was charged in it, and that of the windows before.
 */
public final class WindowCounts implements LimitState {

	/**
	 * Counts kept at most, those that were charged last.
	 */
	static final int MAX_COUNTS = 4;

	private final long atMicros;

	private final long sinceMicros;

	private final List<WindowCount> counts;

	/**
	 * Create counts.
	 * @param sinceMicros since when none of them has begun anew: what was charged before
	 * may not be in all of them
	 */
	WindowCounts(long atMicros, long sinceMicros, List<WindowCount> counts) {
		this.atMicros = atMicros;
		this.sinceMicros = sinceMicros;
		this.counts = counts;
	}

	@Override
	public long atMicros() {
		return this.atMicros;
	}

	/**
	 * Return the time, which never goes back.
	 */
	static long time(@Nullable WindowCounts state, long nowMicros) {
		return (state != null) ? Math.max(nowMicros, state.atMicros) : nowMicros;
	}

	/**
	 * Return the count of the window that a time lies in, as it stands then.
	 */
	static WindowCount count(@Nullable WindowCounts state, Windows windows, long atMicros) {
		long id = windows.id();
		Window window = windows.at(atMicros);
		WindowCount own = (state != null) ? state.find(id) : null;
		if (own != null && own.startMicros() == window.startMicros()) {
			return own;
		}
		if (state == null) {
			return new WindowCount(id, window.startMicros(), window.endMicros(), 0, 0);
		}
		return new WindowCount(id, window.startMicros(), window.endMicros(),
				state.chargedSince(id, window.startMicros()), (own != null && own.endMicros() == window.startMicros())
						? own.current() : state.chargedBefore(id, window));
	}

	private @Nullable WindowCount find(long id) {
		for (WindowCount count : this.counts) {
			if (count.id() == id) {
				return count;
			}
		}
		return null;
	}

	/**
	 * Return the most that may have been charged since a time, by the counts of other
	 * windows.
	 */
	private long chargedSince(long id, long startMicros) {
		long most = 0;
		if (this.atMicros >= startMicros) {
			for (WindowCount count : this.counts) {
				if (count.id() != id && count.endMicros() > startMicros) {
					most = Math.max(most, count.current());
				}
			}
		}
		return most;
	}

	/**
	 * Return the most that may have been charged in the window before one, by the counts
	 * of other windows.
	 */
	private long chargedBefore(long id, Window window) {
		long from = window.startMicros() - (window.endMicros() - window.startMicros());
		long most = 0;
		for (WindowCount count : this.counts) {
			if (count.id() != id && this.atMicros >= window.startMicros()) {
				most = Math.max(most, (count.startMicros() > from) ? count.previous() : 0);
			}
			else if (count.id() != id && this.atMicros >= from) {
				most = Math.max(most, (count.endMicros() > from) ? count.current() : 0);
			}
		}
		return most;
	}

	/**
	 * Return the counts after a charge.
	 * @param trails whether windows still count as those before
	 */
	static WindowCounts charge(@Nullable WindowCounts state, Windows windows, boolean trails, long nowMicros,
			long cost) {
		long atMicros = time(state, nowMicros);
		WindowCount own = count(state, windows, atMicros);
		List<WindowCount> counts = new ArrayList<>(1);
		counts.add(own.plus(atMicros, cost));
		if (state != null) {
			for (WindowCount count : state.counts) {
				if (count.id() != own.id() && atMicros < count.overMicros(trails) && counts.size() < MAX_COUNTS) {
					counts.add((count.contains(atMicros)) ? count.plus(atMicros, cost) : count);
				}
			}
		}
		return new WindowCounts(atMicros, since(state, own, atMicros), counts);
	}

	private static long since(@Nullable WindowCounts state, WindowCount own, long atMicros) {
		WindowCount known = (state != null) ? state.find(own.id()) : null;
		return (state != null && known != null
				&& (known.startMicros() == own.startMicros() || known.endMicros() == own.startMicros()))
						? state.sinceMicros : atMicros;
	}

	/**
	 * Return the counts after a charge was settled.
	 */
	static @Nullable WindowCounts settle(@Nullable WindowCounts state, Charged charged, long cost) {
		return (state != null) ? state.adjust(charged.atMicros(), cost - charged.cost()) : null;
	}

	/**
	 * Change what was charged at a time, wherever it still counts. Nothing is taken off
	 * what may not be in all counts.
	 */
	private WindowCounts adjust(long atMicros, long units) {
		if (units < 0 && atMicros < this.sinceMicros) {
			return this;
		}
		long bounded = Math.min(units, LimitAlgorithm.MAX_UNITS);
		return new WindowCounts(this.atMicros, this.sinceMicros,
				this.counts.stream().map((count) -> count.plus(atMicros, bounded)).toList());
	}

	long forgottenAtMicros(boolean trails) {
		long last = 0;
		for (WindowCount count : this.counts) {
			last = Math.max(last, count.overMicros(trails));
		}
		return last;
	}

}
