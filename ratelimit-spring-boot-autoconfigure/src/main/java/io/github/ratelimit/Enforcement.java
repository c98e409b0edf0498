package io.github.ratelimit;

/**
 * Whether a refusal is obeyed.
 */
public enum Enforcement {

	/**
	 * A refused request is refused.
	 */
	ENFORCE,

	/**
	 * Decide and count, but never refuse: a way to try a limit on real traffic.
	 */
	SHADOW

}
