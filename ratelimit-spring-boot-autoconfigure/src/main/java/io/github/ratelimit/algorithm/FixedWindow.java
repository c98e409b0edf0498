package io.github.ratelimit.algorithm;

import io.github.ratelimit.CalendarUnit;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import org.jspecify.annotations.Nullable;

/**
 * Counts anew in each window. Immutable.
 */
public final class FixedWindow implements LimitAlgorithm {

	private final Limit limit;

	private final Windows windows;

	private FixedWindow(Limit limit, Windows windows) {
		this.limit = limit;
		this.windows = windows;
	}

	static FixedWindow of(Limit limit) {
		if (limit.rate().quota() > MAX_UNITS) {
			throw new IllegalArgumentException("A quota of " + limit.rate().quota()
					+ " cannot be counted exactly: it must be at most " + MAX_UNITS);
		}
		return new FixedWindow(limit,
				(limit.zone() != null) ? new CalendarWindows(CalendarUnit.of(limit.rate().window()), limit.zone())
						: new EpochWindows(limit.rate().windowMicros()));
	}

	@Override
	public Limit limit() {
		return this.limit;
	}

	/**
	 * Return the windows in which is counted.
	 * @return the windows
	 */
	public Windows windows() {
		return this.windows;
	}

	@Override
	public Reading read(@Nullable LimitState state, long nowMicros, long cost) {
		long now = WindowCounts.time((WindowCounts) state, nowMicros);
		WindowCount count = WindowCounts.count((WindowCounts) state, this.windows, now);
		return reading(count.current(), count.endMicros() - now, cost);
	}

	/**
	 * Return what the limit says to a cost.
	 * @param used units charged in the window
	 * @param leftMicros time until the window ends
	 * @param cost units asked, not negative
	 * @return the reading
	 */
	public Reading reading(long used, long leftMicros, long cost) {
		return new WindowReading(this.limit, used, leftMicros, cost);
	}

	@Override
	public WindowCounts charge(@Nullable LimitState state, long nowMicros, long cost) {
		return WindowCounts.charge((WindowCounts) state, this.windows, false, nowMicros, cost);
	}

	@Override
	public @Nullable WindowCounts settle(@Nullable LimitState state, long nowMicros, Charged charged, long cost) {
		return WindowCounts.settle((WindowCounts) state, charged, cost);
	}

	@Override
	public long forgottenAtMicros(LimitState state) {
		return ((WindowCounts) state).forgottenAtMicros(false);
	}

	/**
	 * What was used of a window, and what it says to a cost.
	 */
	private record WindowReading(Limit limit, long used, long leftMicros, long cost) implements Reading {

		@Override
		public boolean fits() {
			return this.cost == 0 || (this.cost <= this.limit.burst() && this.used <= this.limit.burst() - this.cost);
		}

		@Override
		public long remaining(boolean charged) {
			return Math.max(this.limit.burst() - after(charged), 0);
		}

		private long after(boolean charged) {
			return (charged) ? this.used + this.cost : this.used;
		}

		@Override
		public long retryMicros() {
			if (fits()) {
				return 0;
			}
			return (this.cost > this.limit.burst()) ? RateLimitDecision.NEVER : this.leftMicros;
		}

		@Override
		public long resetMicros(boolean charged) {
			return (after(charged) > 0) ? this.leftMicros : 0;
		}

	}

}
