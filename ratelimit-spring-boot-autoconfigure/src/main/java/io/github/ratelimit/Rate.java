package io.github.ratelimit;

import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;

/**
 * How many units may be used in how much time: a quota per window.
 * <p>
 * A rate is an exact ratio of whole numbers: {@code 0.5/s} is held as one unit in two
 * seconds, {@code 11/13s} as it stands.
 *
 * @param quota units per window, at least 1
 * @param window time in which the quota is given, whole microseconds, from one
 * microsecond to ten years
 */
public record Rate(long quota, Duration window) implements Serializable {

	/**
	 * Longest window a rate may have: ten years of 365 days and the leap days in them.
	 */
	public static final Duration MAX_WINDOW = Duration.ofDays(3653);

	/**
	 * Check the rate.
	 * @throws IllegalArgumentException if the quota is below 1, or the window is not
	 * positive, not a whole number of microseconds, or longer than {@link #MAX_WINDOW}
	 */
	public Rate {
		Objects.requireNonNull(window, "window must not be null");
		if (quota < 1) {
			throw new IllegalArgumentException("A rate must allow at least 1 unit per window, not " + quota);
		}
		if (window.isNegative() || window.isZero()) {
			throw new IllegalArgumentException("The window of a rate must be longer than zero, not " + window);
		}
		if (window.getNano() % 1000 != 0) {
			throw new IllegalArgumentException("The window of a rate must be whole microseconds, not " + window);
		}
		if (window.compareTo(MAX_WINDOW) > 0) {
			throw new IllegalArgumentException(
					"The window of a rate must not be longer than ten years (3653d), but is " + window);
		}
	}

	/**
	 * Read a rate from its text form, {@code <number>/<window>}.
	 * <p>
	 * The number is positive and may have a fraction of up to nine digits. The window is
	 * a unit ({@code ms}, {@code s}, {@code m}, {@code h}, {@code d}, {@code w},
	 * {@code month}) or its name ({@code second} or {@code sec}, {@code minute} or
	 * {@code min}, {@code hour}, {@code day}, {@code week}), a whole number of them
	 * ({@code 60s}), or an ISO-8601 duration ({@code PT1M}). A month is the twelfth part
	 * of a mean year, but that of the calendar in a fixed window with a time zone.
	 * @param text the text, such as {@code 2/s}, {@code 0.5/s}, {@code 100/60s} or
	 * {@code 10000/d}
	 * @return the rate
	 * @throws IllegalArgumentException if the text is not a rate; the message says why
	 * and how to write one
	 */
	public static Rate parse(String text) {
		return RateFormat.parse(text);
	}

	/**
	 * Return the window in microseconds.
	 * @return the window's length, at least 1
	 */
	public long windowMicros() {
		return Math.addExact(Math.multiplyExact(this.window.getSeconds(), 1_000_000L), this.window.getNano() / 1000);
	}

	/**
	 * Return the text form, which {@link #parse(String)} reads back to an equal rate.
	 * @return the text form, such as {@code 2/s} or {@code 100/60s}
	 */
	@Override
	public String toString() {
		return RateFormat.format(this);
	}

}
