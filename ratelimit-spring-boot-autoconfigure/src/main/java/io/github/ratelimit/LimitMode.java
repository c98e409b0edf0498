package io.github.ratelimit;

/**
 * How decisions of one limit are made, where several instances share it.
 */
public enum LimitMode {

	/**
	 * Each decision asks the shared store.
	 */
	STRICT,

	/**
	 * An instance draws units from the shared store in advance, and admits from its
	 * memory while it has some. All instances together admit no more than with
	 * {@link #STRICT}, and may refuse a little earlier. Limits that are too small for it
	 * are decided strictly.
	 */
	LEASED

}
