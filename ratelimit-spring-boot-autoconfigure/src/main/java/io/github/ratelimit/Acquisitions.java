package io.github.ratelimit;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What is charged where a key asks for units, where limits differ with the key. Safe for
 * use by many threads.
 */
@FunctionalInterface
public interface Acquisitions {

	/**
	 * Return what to ask for, each time anew.
	 * @param key whose count it is
	 * @param cost units, not negative; 0 only asks
	 * @return the acquisitions, all of this key and cost; the first decides, and those
	 * after it are counted {@linkplain Acquisition#beside() beside} it
	 */
	List<Acquisition> of(String key, long cost);

	/**
	 * Return what decides for a key, if nothing is counted beside it.
	 * @param key whose count it is
	 * @return the settings of the only acquisition there is for the key; {@code null} if
	 * there are others or, as by default, if only {@link #of(String, long)} tells
	 */
	default @Nullable RateLimiterSettings only(String key) {
		return null;
	}

}
