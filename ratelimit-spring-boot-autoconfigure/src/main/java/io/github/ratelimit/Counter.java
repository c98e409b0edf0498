package io.github.ratelimit;

import java.util.Objects;

/**
 * One count in a store: whose it is, under what name, and the limit that holds for it.
 * <p>
 * The count is found by the name, the key and the limit's name; the limit's numbers may
 * change while it lives.
 *
 * @param name name of the limiter, for a tier the tier's name, not blank
 * @param key whose count it is, not blank
 * @param limit the limit
 */
public record Counter(String name, String key, Limit limit) {

	/**
	 * Check the counter.
	 * @throws IllegalArgumentException if the name or the key is blank
	 */
	public Counter {
		requireText("name", name);
		requireText("key", key);
		Objects.requireNonNull(limit, "limit must not be null");
	}

	private static void requireText(String what, String text) {
		if (Objects.requireNonNull(text, () -> what + " must not be null").isBlank()) {
			throw new IllegalArgumentException(what + " must not be blank");
		}
	}

}
