package io.github.ratelimit;

import java.io.Serializable;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Objects;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * One limit: how many units may be used in how much time, and how that is counted.
 *
 * @param name what callers are told was used up, 1 to 64 letters, digits, {@code .},
 * {@code _} and {@code -}
 * @param rate units per window
 * @param burst units that may be used at once, at least 1; for algorithms other than
 * {@link Algorithm#TOKEN_BUCKET} the rate's quota
 * @param algorithm how units are counted
 * @param zone time zone whose calendar fixed windows follow, {@code null} for windows of
 * equal length from the epoch on
 * @param mode whether each decision asks the shared store, or instances draw units from
 * it in advance
 */
public record Limit(String name, Rate rate, long burst, Algorithm algorithm, @Nullable ZoneId zone,
		LimitMode mode) implements Serializable {

	/**
	 * Name of a limit that was given none.
	 */
	public static final String DEFAULT_NAME = "default";

	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

	/**
	 * Check the limit.
	 * @throws IllegalArgumentException if the name is not of the form above; if the burst
	 * is below 1 or, where the algorithm has none, not the quota; if there is a zone and
	 * the limit is not a fixed window of a minute, hour, day, week or month; or if a
	 * fixed window of a month has no zone
	 */
	public Limit {
		Objects.requireNonNull(name, "name must not be null");
		Objects.requireNonNull(rate, "rate must not be null");
		Objects.requireNonNull(algorithm, "algorithm must not be null");
		Objects.requireNonNull(mode, "mode must not be null");
		if (!isName(name)) {
			throw new IllegalArgumentException("A limit's name is 1 to 64 letters, digits, '.', '_' and '-', "
					+ "beginning with a letter or digit, not '" + name + "'");
		}
		if (burst < 1) {
			throw new IllegalArgumentException("A burst must be at least 1 unit, not " + burst);
		}
		if (algorithm != Algorithm.TOKEN_BUCKET && burst != rate.quota()) {
			throw new IllegalArgumentException(
					"Only a token bucket has a burst other than the quota of its rate, which is " + rate.quota()
							+ ", not " + burst);
		}
		if (zone != null && algorithm != Algorithm.FIXED_WINDOW) {
			throw new IllegalArgumentException("Only a fixed window has a time zone");
		}
		if (zone != null && !CalendarUnit.isWindow(rate.window())) {
			throw new IllegalArgumentException(
					"A window of the calendar is one minute, hour, day, week or month, not " + rate);
		}
		if (zone == null && algorithm == Algorithm.FIXED_WINDOW && CalendarUnit.MONTH.isLength(rate.window())) {
			throw new IllegalArgumentException("A fixed window of a month needs a time zone, such as UTC");
		}
	}

	/**
	 * Create a limit of {@link LimitMode#STRICT}.
	 * @param name what callers are told was used up
	 * @param rate units per window
	 * @param burst units that may be used at once, at least 1
	 * @param algorithm how units are counted
	 * @param zone time zone whose calendar fixed windows follow, {@code null} for windows
	 * of equal length from the epoch on
	 */
	public Limit(String name, Rate rate, long burst, Algorithm algorithm, @Nullable ZoneId zone) {
		this(name, rate, burst, algorithm, zone, LimitMode.STRICT);
	}

	/**
	 * Create a token bucket.
	 * @param name what callers are told was used up
	 * @param rate how fast units come back
	 * @param burst units that may be used at once, at least 1
	 */
	public Limit(String name, Rate rate, long burst) {
		this(name, rate, burst, Algorithm.TOKEN_BUCKET, null);
	}

	/**
	 * Return a token bucket whose burst is the rate's quota.
	 * @param rate how fast units come back
	 * @return the limit
	 */
	public static Limit of(Rate rate) {
		return new Limit(DEFAULT_NAME, rate, rate.quota());
	}

	/**
	 * Return a token bucket whose burst is the rate's quota.
	 * @param rate how fast units come back, as {@link Rate#parse(String)} reads it
	 * @return the limit
	 * @throws IllegalArgumentException if the text is not a rate
	 */
	public static Limit of(String rate) {
		return of(Rate.parse(rate));
	}

	/**
	 * Return a token bucket whose burst is the quota.
	 * @param quota units per window, at least 1
	 * @param window time in which the quota comes back
	 * @return the limit
	 */
	public static Limit of(long quota, Duration window) {
		return of(new Rate(quota, window));
	}

	/**
	 * Return this limit with another burst.
	 * @param burst units that may be used at once, at least 1
	 * @return the limit
	 */
	public Limit withBurst(long burst) {
		return new Limit(this.name, this.rate, burst, this.algorithm, this.zone, this.mode);
	}

	/**
	 * Return this limit with another name.
	 * @param name the name
	 * @return the limit
	 */
	public Limit withName(String name) {
		return new Limit(name, this.rate, this.burst, this.algorithm, this.zone, this.mode);
	}

	/**
	 * Return this limit counted in another way.
	 * @param algorithm how units are counted
	 * @return the limit
	 * @throws IllegalArgumentException if this limit has what the algorithm has not: a
	 * burst of its own, or a time zone
	 */
	public Limit withAlgorithm(Algorithm algorithm) {
		return new Limit(this.name, this.rate, this.burst, algorithm, this.zone, this.mode);
	}

	/**
	 * Return a fixed window like this that follows the calendar of a time zone.
	 * @param zone the time zone
	 * @return the limit
	 * @throws IllegalArgumentException if this limit is of another algorithm than
	 * {@link Algorithm#TOKEN_BUCKET} or {@link Algorithm#FIXED_WINDOW}, has a burst other
	 * than its quota, or is not for one minute, hour, day, week or month
	 */
	public Limit perCalendar(ZoneId zone) {
		Algorithm windows = (this.algorithm == Algorithm.TOKEN_BUCKET) ? Algorithm.FIXED_WINDOW : this.algorithm;
		return new Limit(this.name, this.rate, this.burst, windows, zone, this.mode);
	}

	/**
	 * Return this limit decided in another way.
	 * @param mode whether each decision asks the shared store
	 * @return the limit
	 */
	public Limit withMode(LimitMode mode) {
		return (mode == this.mode) ? this
				: new Limit(this.name, this.rate, this.burst, this.algorithm, this.zone, mode);
	}

	/**
	 * Return whether a text may be a limit's name.
	 * @param text the text
	 * @return {@code true} if it is of the form a name has
	 */
	public static boolean isName(String text) {
		return NAME.matcher(text).matches();
	}

}
