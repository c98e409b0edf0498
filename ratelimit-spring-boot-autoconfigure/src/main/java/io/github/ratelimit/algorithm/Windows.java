package io.github.ratelimit.algorithm;

/**
 * Windows that follow one another without gaps. Immutable.
 */
public sealed interface Windows permits EpochWindows, CalendarWindows {

	/**
	 * Return a number that tells these windows from others.
	 * @return the number, below 2<sup>53</sup>
	 */
	long id();

	/**
	 * Return the window that a time lies in.
	 * @param micros the time, microseconds since the epoch
	 * @return the window
	 */
	Window at(long micros);

}
