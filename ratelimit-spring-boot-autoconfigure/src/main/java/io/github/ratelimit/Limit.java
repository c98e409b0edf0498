package io.github.ratelimit;

import java.io.Serializable;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * One limit: a token bucket that holds up to {@code burst} units and is refilled at
 * {@code rate}, continuously. Any window of length W admits at most burst + rate x W.
 *
 * @param name what callers are told was used up, 1 to 64 letters, digits, {@code .},
 * {@code _} and {@code -}
 * @param rate how fast units come back
 * @param burst units that may be used at once, at least 1
 */
public record Limit(String name, Rate rate, long burst) implements Serializable {

	/**
	 * Name of a limit that was given none.
	 */
	public static final String DEFAULT_NAME = "default";

	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

	/**
	 * Check the limit.
	 * @throws IllegalArgumentException if the name is not of the form above or the burst
	 * is below 1
	 */
	public Limit {
		Objects.requireNonNull(name, "name must not be null");
		if (!isName(name)) {
			throw new IllegalArgumentException("A limit's name is 1 to 64 letters, digits, '.', '_' and '-', "
					+ "beginning with a letter or digit, not '" + name + "'");
		}
		Objects.requireNonNull(rate, "rate must not be null");
		if (burst < 1) {
			throw new IllegalArgumentException("A burst must be at least 1 unit, not " + burst);
		}
	}

	/**
	 * Return a limit whose burst is the rate's quota.
	 * @param rate how fast units come back
	 * @return the limit
	 */
	public static Limit of(Rate rate) {
		return new Limit(DEFAULT_NAME, rate, rate.quota());
	}

	/**
	 * Return a limit whose burst is the rate's quota.
	 * @param rate how fast units come back, as {@link Rate#parse(String)} reads it
	 * @return the limit
	 * @throws IllegalArgumentException if the text is not a rate
	 */
	public static Limit of(String rate) {
		return of(Rate.parse(rate));
	}

	/**
	 * Return this limit with another burst.
	 * @param burst units that may be used at once, at least 1
	 * @return the limit
	 */
	public Limit withBurst(long burst) {
		return new Limit(this.name, this.rate, burst);
	}

	/**
	 * Return this limit with another name.
	 * @param name the name
	 * @return the limit
	 */
	public Limit withName(String name) {
		return new Limit(name, this.rate, this.burst);
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
