package io.github.ratelimit;

import java.util.Objects;

/**
 * One count in a store: whose it is, under what name, and the limit that holds for it.
 * <p>
 * The count is found by its {@link #id()}; the limit's numbers may change while it lives.
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
		requireTexts(name, key);
		Objects.requireNonNull(limit, "limit must not be null");
	}

	/**
	 * Check what a counter is made of.
	 * @throws IllegalArgumentException if the name or the key is blank
	 */
	static void requireTexts(String name, String key) {
		if (Objects.requireNonNull(name, "name must not be null").isBlank()) {
			throw new IllegalArgumentException("name must not be blank");
		}
		if (Objects.requireNonNull(key, "key must not be null").isBlank()) {
			throw new IllegalArgumentException("key must not be blank");
		}
	}

	/**
	 * Return what the count is found by.
	 * @return the identity
	 */
	public Id id() {
		return new Id(this.name, this.key, this.limit.name(), this.limit.algorithm());
	}

	/**
	 * What a count is found by. A limit that is counted in another way is another count.
	 *
	 * @param name name of the limiter
	 * @param key whose count it is
	 * @param limit name of the limit
	 * @param algorithm how units are counted
	 */
	public record Id(String name, String key, String limit, Algorithm algorithm) {

	}

}
