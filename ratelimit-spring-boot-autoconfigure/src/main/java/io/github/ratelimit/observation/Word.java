package io.github.ratelimit.observation;

import java.util.Locale;

/**
 * A constant as the configuration, tags and reports have it, such as {@code half-open}.
 */
public final class Word {

	private Word() {
	}

	/**
	 * Return the word.
	 * @param constant the constant
	 * @return the word
	 */
	public static String of(Enum<?> constant) {
		return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
