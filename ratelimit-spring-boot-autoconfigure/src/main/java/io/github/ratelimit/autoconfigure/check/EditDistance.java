package io.github.ratelimit.autoconfigure.check;

import java.util.Comparator;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * How many letters a name is away from another: added, left out, or replaced
 * (Levenshtein).
 */
final class EditDistance {

	private EditDistance() {
	}

	static int between(String first, String second) {
		int[] row = new int[second.length() + 1];
		for (int j = 0; j <= second.length(); j++) {
			row[j] = j;
		}
		for (int i = 1; i <= first.length(); i++) {
			int diagonal = row[0];
			row[0] = i;
			for (int j = 1; j <= second.length(); j++) {
				int replaced = diagonal + ((first.charAt(i - 1) != second.charAt(j - 1)) ? 1 : 0);
				diagonal = row[j];
				row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
			}
		}
		return row[second.length()];
	}

	/**
	 * Return the nearest of some names.
	 * @return the name, {@code null} if none is near
	 */
	static @Nullable String nearest(String name, Stream<String> candidates, int most) {
		return candidates.filter((candidate) -> Math.abs(candidate.length() - name.length()) <= most)
			.filter((candidate) -> between(name, candidate) <= most)
			.min(Comparator.comparingInt((candidate) -> between(name, candidate)))
			.orElse(null);
	}

}
