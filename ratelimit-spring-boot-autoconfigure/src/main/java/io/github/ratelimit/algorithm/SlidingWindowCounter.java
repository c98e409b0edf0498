package io.github.ratelimit.algorithm;

import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import org.jspecify.annotations.Nullable;

/**
 * Counts in windows from the epoch on, and adds of the window before the part that still
 * lies within the last window's length. Immutable.
 * <p>
 * With p units in the window before, c in this one, and l of the window's length w left,
 * used are c + p x l / w. Multiplied by w all is whole. Where quota x w would be more
 * than a double holds exactly (2<sup>53</sup>, the numbers of Lua), time is counted in
 * coarser ticks of ten, a hundred, ... microseconds, up to a second, and what is left of
 * the window rounded up. Neither count is taken for more than the quota: what was used
 * beyond it, under a larger limit, does not hold up more than a quota that is used up
 * does.
 */
public final class SlidingWindowCounter implements LimitAlgorithm {

	private static final long MAX_TICK_MICROS = 1_000_000;

	private final Limit limit;

	private final EpochWindows windows;

	private final long tickMicros;

	private SlidingWindowCounter(Limit limit, long tickMicros) {
		this.limit = limit;
		this.windows = new EpochWindows(limit.rate().windowMicros());
		this.tickMicros = tickMicros;
	}

	static SlidingWindowCounter of(Limit limit) {
		long window = limit.rate().windowMicros();
		for (long tick = 1; tick <= MAX_TICK_MICROS && window % tick == 0; tick *= 10) {
			if (limit.rate().quota() <= MAX_UNITS / (window / tick)) {
				return new SlidingWindowCounter(limit, tick);
			}
		}
		throw new IllegalArgumentException("A rate of " + limit.rate()
				+ " cannot be counted exactly: choose a smaller quota, or a shorter window of whole seconds");
	}

	@Override
	public Limit limit() {
		return this.limit;
	}

	/**
	 * Return the windows in which is counted.
	 * @return the windows
	 */
	public EpochWindows windows() {
		return this.windows;
	}

	/**
	 * Return how many microseconds are one tick of the clock.
	 * @return a power of ten, up to a million
	 */
	public long tickMicros() {
		return this.tickMicros;
	}

	@Override
	public Reading read(@Nullable LimitState state, long nowMicros, long cost) {
		long now = WindowCounts.time((WindowCounts) state, nowMicros);
		WindowCount count = WindowCounts.count((WindowCounts) state, this.windows, now);
		return reading(count.current(), count.previous(), count.endMicros() - now, cost);
	}

	/**
	 * Return what the limit says to a cost.
	 * @param current units charged in the window
	 * @param previous units charged in the window before
	 * @param leftMicros time until the window ends
	 * @param cost units asked, not negative
	 * @return the reading
	 */
	public Reading reading(long current, long previous, long leftMicros, long cost) {
		long quota = this.limit.rate().quota();
		return new CounterReading(this, Math.min(current, quota), Math.min(previous, quota), leftMicros, cost);
	}

	@Override
	public WindowCounts charge(@Nullable LimitState state, long nowMicros, long cost) {
		return WindowCounts.charge((WindowCounts) state, this.windows, true, nowMicros, cost);
	}

	@Override
	public @Nullable WindowCounts settle(@Nullable LimitState state, long nowMicros, Charged charged, long cost) {
		return WindowCounts.settle((WindowCounts) state, charged, cost);
	}

	@Override
	public long forgottenAtMicros(LimitState state) {
		return ((WindowCounts) state).forgottenAtMicros(true);
	}

	/**
	 * What was used of two windows, neither beyond the quota, and what they say to a
	 * cost.
	 */
	private record CounterReading(SlidingWindowCounter counter, long current, long previous, long leftMicros,
			long cost) implements Reading {

		@Override
		public Limit limit() {
			return this.counter.limit;
		}

		@Override
		public boolean fits() {
			return this.cost == 0 || (this.cost <= quota()
					&& this.current + this.cost <= quota() - ceilDiv(this.previous * leftTicks(), windowTicks()));
		}

		private long quota() {
			return this.counter.limit.rate().quota();
		}

		private long windowTicks() {
			return this.counter.windows.lengthMicros() / this.counter.tickMicros;
		}

		private long leftTicks() {
			return ceilDiv(this.leftMicros, this.counter.tickMicros);
		}

		private static long ceilDiv(long dividend, long divisor) {
			return (dividend + divisor - 1) / divisor;
		}

		@Override
		public long remaining(boolean charged) {
			return Math.max(quota() - after(charged) - ceilDiv(this.previous * leftTicks(), windowTicks()), 0);
		}

		private long after(boolean charged) {
			return (charged) ? this.current + this.cost : this.current;
		}

		/**
		 * {@inheritDoc}
		 * <p>
		 * It fits in this window, when enough of the one before lies behind, or else in
		 * the next, when enough of this one does.
		 */
		@Override
		public long retryMicros() {
			if (fits()) {
				return 0;
			}
			if (this.cost > quota()) {
				return RateLimitDecision.NEVER;
			}
			long room = quota() - this.cost - this.current;
			if (room >= 0) {
				return this.leftMicros - room * windowTicks() / this.previous * this.counter.tickMicros;
			}
			long ticks = (quota() - this.cost) * windowTicks() / this.current;
			return this.leftMicros + this.counter.windows.lengthMicros() - ticks * this.counter.tickMicros;
		}

		@Override
		public long resetMicros(boolean charged) {
			if (after(charged) > 0) {
				return this.leftMicros + this.counter.windows.lengthMicros();
			}
			return (this.previous > 0) ? this.leftMicros : 0;
		}

	}

}
