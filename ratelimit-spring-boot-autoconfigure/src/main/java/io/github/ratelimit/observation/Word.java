package io.github.ratelimit.observation;

import java.util.Locale;

/**
 * A constant as values of tags have it.
 */
final class Word {

	private Word() {
	}

	static String of(Enum<?> constant) {
		return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
