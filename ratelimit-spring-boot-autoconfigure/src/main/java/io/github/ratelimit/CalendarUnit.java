package io.github.ratelimit;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;

/**
 * A window of the calendar, by the length that says so in a rate.
 */
public enum CalendarUnit {

	/**
	 * A minute of the clock.
	 */
	MINUTE(ChronoUnit.MINUTES),

	/**
	 * An hour of the clock.
	 */
	HOUR(ChronoUnit.HOURS),

	/**
	 * A day from midnight to midnight, be it of 23, 24 or 25 hours.
	 */
	DAY(ChronoUnit.DAYS),

	/**
	 * A week from Monday to Sunday.
	 */
	WEEK(ChronoUnit.WEEKS),

	/**
	 * A month of the calendar, in a rate the twelfth part of a mean year.
	 */
	MONTH(ChronoUnit.MONTHS);

	private final Duration length;

	CalendarUnit(ChronoUnit unit) {
		this.length = unit.getDuration();
	}

	/**
	 * Return the unit that a rate's window stands for.
	 * @param window the window
	 * @return the unit
	 * @throws IllegalArgumentException if it stands for none
	 */
	public static CalendarUnit of(Duration window) {
		return Arrays.stream(values())
			.filter((unit) -> unit.isLength(window))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException(window + " is no window of the calendar"));
	}

	/**
	 * Return whether a rate's window stands for a unit.
	 * @param window the window
	 * @return {@code true} if {@link #of(Duration)} gives it
	 */
	public static boolean isWindow(Duration window) {
		return Arrays.stream(values()).anyMatch((unit) -> unit.isLength(window));
	}

	boolean isLength(Duration window) {
		return this.length.equals(window);
	}

}
