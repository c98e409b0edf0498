package io.github.ratelimit.lease;

import java.math.BigInteger;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitMode;
import io.github.ratelimit.Rate;
import io.github.ratelimit.algorithm.LimitAlgorithm;
import org.jspecify.annotations.Nullable;

/**
 * How a limit is leased: how long units that were drawn may be used, and what the shared
 * store counts by, so that the limit itself is never exceeded though units are used up to
 * that much later than they were charged.
 * <p>
 * With a lease time <i>L</i> a token bucket keeps <i>rate x L</i> of its burst, a sliding
 * window is <i>L</i> longer, and a fixed window is as it is, since leases end with it.
 * {@code docs/design/leases.md} proves that this is enough.
 *
 * @param limit the limit that is kept
 * @param stored what the shared store counts by, of {@link LimitMode#STRICT}
 * @param duration the lease time, at least {@link #SHORTEST}
 */
public record LeaseTerms(Limit limit, Limit stored, Duration duration) {

	/**
	 * Lease time below which drawing in advance saves nothing.
	 */
	public static final Duration SHORTEST = Duration.ofMillis(10);

	/**
	 * Units that a limit must have at least: of fewer, an instance's part is too small to
	 * draw.
	 */
	public static final long SMALLEST_BURST = 100;

	/**
	 * What a lease may take of a limit: of the time in which a window passes or a burst
	 * comes back.
	 */
	private static final int PART = 10;

	/**
	 * Create terms.
	 */
	public LeaseTerms {
		Objects.requireNonNull(limit, "limit must not be null");
		Objects.requireNonNull(stored, "stored must not be null");
		Objects.requireNonNull(duration, "duration must not be null");
	}

	/**
	 * Return how a limit is leased.
	 * @param limit the limit
	 * @param longest longest lease time
	 * @return the terms, {@code null} if the limit is decided strictly: because it is of
	 * {@link LimitMode#STRICT}, or too small for leases
	 */
	public static @Nullable LeaseTerms of(Limit limit, Duration longest) {
		if (limit.mode() != LimitMode.LEASED || limit.burst() < SMALLEST_BURST) {
			return null;
		}
		Duration duration = shorter(longest, comesBack(limit).dividedBy(PART)).truncatedTo(ChronoUnit.MILLIS);
		if (duration.compareTo(SHORTEST) < 0) {
			return null;
		}
		try {
			Limit stored = stored(limit, duration);
			LimitAlgorithm.of(stored);
			return new LeaseTerms(limit, stored, duration);
		}
		catch (IllegalArgumentException ex) {
			// A window that is longer cannot be counted
			return null;
		}
	}

	private static Duration shorter(Duration one, Duration other) {
		return (one.compareTo(other) < 0) ? one : other;
	}

	/**
	 * Return how long it takes until a limit that was used up is full again.
	 */
	private static Duration comesBack(Limit limit) {
		Duration window = limit.rate().window();
		if (limit.algorithm() != Algorithm.TOKEN_BUCKET) {
			return window;
		}
		double windows = (double) limit.burst() / limit.rate().quota();
		return (windows > 1) ? window.multipliedBy((long) Math.min(windows, Integer.MAX_VALUE))
				: Duration.ofNanos((long) (windows * window.toNanos()));
	}

	private static Limit stored(Limit limit, Duration duration) {
		Rate rate = limit.rate();
		return switch (limit.algorithm()) {
			case TOKEN_BUCKET -> limit.withMode(LimitMode.STRICT).withBurst(limit.burst() - comingBack(rate, duration));
			case FIXED_WINDOW -> limit.withMode(LimitMode.STRICT);
			case SLIDING_WINDOW, SLIDING_WINDOW_COUNTER ->
				new Limit(limit.name(), new Rate(rate.quota(), rate.window().plus(duration)), limit.burst(),
						limit.algorithm(), limit.zone());
		};
	}

	/**
	 * Return the units that come back in a time, rounded up.
	 */
	private static long comingBack(Rate rate, Duration duration) {
		BigInteger window = BigInteger.valueOf(rate.windowMicros());
		return BigInteger.valueOf(rate.quota())
			.multiply(BigInteger.valueOf(TimeUnit.MILLISECONDS.toMicros(duration.toMillis())))
			.add(window.subtract(BigInteger.ONE))
			.divide(window)
			.longValueExact();
	}

}
