package io.github.ratelimit.algorithm;

import java.time.Duration;

import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import org.jspecify.annotations.Nullable;

/**
 * Knows when each unit was admitted, and counts those of the last window's length.
 * Immutable.
 * <p>
 * A unit admitted at a counts until a + w, exclusively. The numbers that a log may have
 * to do with are bounded so that in Redis an entry of it is 8 bytes.
 */
public final class SlidingWindow implements LimitAlgorithm {

	/**
	 * Largest quota.
	 */
	public static final long MAX_QUOTA = 500_000;

	/**
	 * Longest window.
	 */
	public static final Duration MAX_WINDOW = Duration.ofDays(400);

	private final Limit limit;

	private final long windowMicros;

	private SlidingWindow(Limit limit) {
		this.limit = limit;
		this.windowMicros = limit.rate().windowMicros();
	}

	static SlidingWindow of(Limit limit) {
		if (limit.rate().quota() > MAX_QUOTA || limit.rate().window().compareTo(MAX_WINDOW) > 0) {
			throw new IllegalArgumentException("A sliding window of " + limit.rate()
					+ " cannot be kept: it has at most " + MAX_QUOTA + " units and " + MAX_WINDOW.toDays()
					+ " days. Choose a sliding window counter, which keeps two numbers");
		}
		return new SlidingWindow(limit);
	}

	@Override
	public Limit limit() {
		return this.limit;
	}

	@Override
	public Reading read(@Nullable LimitState state, long nowMicros, long cost) {
		if (state == null) {
			return reading(0, 0, 0, cost);
		}
		AdmissionLog log = (AdmissionLog) state;
		long now = Math.max(nowMicros, log.atMicros());
		long used = log.usedSince(now - this.windowMicros);
		boolean refused = cost > 0 && cost <= this.limit.burst() && used > this.limit.burst() - cost;
		return reading(used, (refused) ? log.lastBefore(this.limit.burst() - cost) + this.windowMicros - now : 0,
				log.atMicros() + this.windowMicros - now, cost);
	}

	/**
	 * Return what the limit says to a cost.
	 * @param used units admitted in the last window's length
	 * @param retryMicros time until the cost fits, if it does not but ever can
	 * @param resetMicros time until the last of those units counts no more, if there are
	 * any
	 * @param cost units asked, not negative
	 * @return the reading
	 */
	public Reading reading(long used, long retryMicros, long resetMicros, long cost) {
		return new LogReading(this, used, retryMicros, resetMicros, cost);
	}

	@Override
	public AdmissionLog charge(@Nullable LimitState state, long nowMicros, long cost) {
		AdmissionLog log = (state != null) ? (AdmissionLog) state : AdmissionLog.EMPTY;
		return log.plus(Math.max(nowMicros, log.atMicros()), cost, this.windowMicros, this.limit.burst());
	}

	@Override
	public @Nullable AdmissionLog settle(@Nullable LimitState state, long nowMicros, Charged charged, long cost) {
		return (state != null) ? ((AdmissionLog) state).adjust(charged.atMicros(), cost - charged.cost()) : null;
	}

	@Override
	public long forgottenAtMicros(LimitState state) {
		return ((AdmissionLog) state).forgottenAtMicros();
	}

	/**
	 * What was used of the window, and what it says to a cost.
	 */
	private record LogReading(SlidingWindow window, long used, long retryIn, long resetIn,
			long cost) implements Reading {

		@Override
		public Limit limit() {
			return this.window.limit;
		}

		@Override
		public boolean fits() {
			return this.cost == 0 || (this.cost <= quota() && this.used <= quota() - this.cost);
		}

		private long quota() {
			return this.window.limit.burst();
		}

		@Override
		public long remaining(boolean charged) {
			return Math.max(quota() - ((charged) ? this.used + this.cost : this.used), 0);
		}

		@Override
		public long retryMicros() {
			if (fits()) {
				return 0;
			}
			return (this.cost > quota()) ? RateLimitDecision.NEVER : this.retryIn;
		}

		@Override
		public long resetMicros(boolean charged) {
			if (charged && this.cost > 0) {
				return this.window.windowMicros;
			}
			return (this.used > 0) ? this.resetIn : 0;
		}

	}

}
