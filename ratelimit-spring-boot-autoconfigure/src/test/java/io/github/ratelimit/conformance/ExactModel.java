package io.github.ratelimit.conformance;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an algorithm is by its definition, on whole numbers of any size and with all that
 * was ever admitted: slow, and sharing nothing with what it is to check.
 */
public final class ExactModel {

	private final Limit limit;

	private final BigInteger quota;

	private final BigInteger window;

	private final List<Admission> admissions = new ArrayList<>();

	// In parts of a unit of which there are as many as microseconds in the window
	private BigInteger level;

	private long levelAt;

	/**
	 * Create a model of which nothing has been asked.
	 * @param limit the limit, its windows not those of a calendar
	 */
	public ExactModel(Limit limit) {
		this.limit = limit;
		this.quota = BigInteger.valueOf(limit.rate().quota());
		this.window = BigInteger.valueOf(limit.rate().windowMicros());
		this.level = BigInteger.valueOf(limit.burst()).multiply(this.window);
	}

	/**
	 * Decide a call, and charge it if it is allowed.
	 * @param t when it comes; counts as the time of the last charge if that was later
	 * @param cost units it asks for
	 * @return what has to be decided
	 */
	public Verdict call(long t, long cost) {
		long now = (this.admissions.isEmpty()) ? t : Math.max(t, this.admissions.get(this.admissions.size() - 1).at());
		BigInteger asked = BigInteger.valueOf(cost);
		boolean allowed = cost == 0 || asked.compareTo(left(now)) <= 0;
		BigInteger retry = (allowed) ? BigInteger.ZERO : retryAfter(now, asked);
		if (allowed && cost > 0) {
			charge(now, asked);
		}
		return new Verdict(allowed, left(now).max(BigInteger.ZERO).longValueExact(), retry, resetAfter(now));
	}

	private void charge(long now, BigInteger cost) {
		this.level = levelAt(now).subtract(cost.multiply(this.window));
		this.levelAt = now;
		this.admissions.add(new Admission(now, cost));
	}

	private BigInteger levelAt(long now) {
		BigInteger full = BigInteger.valueOf(this.limit.burst()).multiply(this.window);
		return this.level.add(BigInteger.valueOf(now - this.levelAt).multiply(this.quota)).min(full);
	}

	private BigInteger left(long now) {
		return switch (this.limit.algorithm()) {
			case TOKEN_BUCKET -> levelAt(now).divide(this.window);
			case FIXED_WINDOW -> this.quota.subtract(admittedIn(start(now), now));
			case SLIDING_WINDOW -> this.quota.subtract(admittedIn(now - length() + 1, now));
			case SLIDING_WINDOW_COUNTER -> floor(this.quota.multiply(this.window).subtract(weighed(now)), this.window);
		};
	}

	/**
	 * Return what is used by the sliding window counter, in parts as above.
	 */
	private BigInteger weighed(long now) {
		long start = start(now);
		BigInteger before = admittedIn(start - length(), start - 1);
		return admittedIn(start, now).multiply(this.window)
			.add(before.multiply(BigInteger.valueOf(start + length() - now)));
	}

	private @Nullable BigInteger retryAfter(long now, BigInteger cost) {
		if (cost.compareTo(BigInteger.valueOf(this.limit.burst())) > 0) {
			return null;
		}
		return switch (this.limit.algorithm()) {
			case TOKEN_BUCKET -> ceil(cost.multiply(this.window).subtract(levelAt(now)), this.quota);
			case FIXED_WINDOW -> BigInteger.valueOf(start(now) + length() - now);
			case SLIDING_WINDOW -> BigInteger.valueOf(this.admissions.stream()
				.map((admission) -> admission.at() + length())
				.filter((at) -> at > now)
				.filter((at) -> admittedIn(at - length() + 1, at).add(cost).compareTo(this.quota) <= 0)
				.findFirst()
				.orElseThrow() - now);
			case SLIDING_WINDOW_COUNTER -> firstFit(now, cost);
		};
	}

	/**
	 * Return when a cost fits into the sliding window counter, which what is used only
	 * falls until then: by trying.
	 */
	private BigInteger firstFit(long now, BigInteger cost) {
		long low = now;
		long high = start(now) + 2 * length();
		while (high - low > 1) {
			long middle = low + (high - low) / 2;
			if (cost.compareTo(left(middle)) <= 0) {
				high = middle;
			}
			else {
				low = middle;
			}
		}
		return BigInteger.valueOf(high - now);
	}

	private BigInteger resetAfter(long now) {
		return switch (this.limit.algorithm()) {
			case TOKEN_BUCKET ->
				ceil(BigInteger.valueOf(this.limit.burst()).multiply(this.window).subtract(levelAt(now)), this.quota);
			case FIXED_WINDOW -> untilOver(now, start(now), 0, start(now) + length());
			case SLIDING_WINDOW -> (admittedIn(now - length() + 1, now).signum() == 0) ? BigInteger.ZERO
					: BigInteger.valueOf(this.admissions.get(this.admissions.size() - 1).at() + length() - now);
			case SLIDING_WINDOW_COUNTER -> untilOver(now, start(now), length(), start(now) + length());
		};
	}

	/**
	 * Return when the last window that was charged counts no more.
	 * @param trail how long it counts after its end
	 */
	private BigInteger untilOver(long now, long start, long trail, long end) {
		if (admittedIn(start, now).signum() > 0) {
			return BigInteger.valueOf(end + trail - now);
		}
		return (trail > 0 && admittedIn(start - length(), start - 1).signum() > 0) ? BigInteger.valueOf(end - now)
				: BigInteger.ZERO;
	}

	private long length() {
		return this.limit.rate().windowMicros();
	}

	private long start(long now) {
		return now - Math.floorMod(now, length());
	}

	private BigInteger admittedIn(long from, long to) {
		BigInteger sum = BigInteger.ZERO;
		for (int i = this.admissions.size() - 1; i >= 0 && this.admissions.get(i).at() >= from; i--) {
			sum = (this.admissions.get(i).at() <= to) ? sum.add(this.admissions.get(i).units()) : sum;
		}
		return sum;
	}

	private static BigInteger floor(BigInteger dividend, BigInteger divisor) {
		BigInteger[] parts = dividend.divideAndRemainder(divisor);
		return (parts[1].signum() < 0) ? parts[0].subtract(BigInteger.ONE) : parts[0];
	}

	private static BigInteger ceil(BigInteger dividend, BigInteger divisor) {
		return floor(dividend.negate(), divisor).negate();
	}

	private record Admission(long at, BigInteger units) {

	}

	/**
	 * What has to be decided of a call.
	 *
	 * @param allowed whether it is allowed
	 * @param remaining whole units left afterwards
	 * @param retryAfter microseconds until it is allowed, {@code null} for never
	 * @param resetAfter microseconds until all units are back
	 */
	public record Verdict(boolean allowed, long remaining, @Nullable BigInteger retryAfter, BigInteger resetAfter) {

		/**
		 * Assert that a decision is this one, to the microsecond.
		 * @param status the decision
		 * @param what what was asked
		 */
		public void check(LimitStatus status, Object what) {
			Verdict decided = new Verdict(!status.refused(), status.remaining(), micros(status.retryAfter()),
					micros(status.resetAfter()));
			assertThat(decided).as("%s", what).isEqualTo(this);
		}

		private static @Nullable BigInteger micros(@Nullable Duration wait) {
			return (wait != null) ? BigInteger.valueOf(wait.getSeconds())
				.multiply(BigInteger.valueOf(1_000_000))
				.add(BigInteger.valueOf(wait.getNano() / 1000)) : null;
		}

	}

}
