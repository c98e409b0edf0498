package io.github.ratelimit;

/**
 * What a decision says.
 */
public enum Outcome {

	/**
	 * Within all limits, and charged to them.
	 */
	ALLOWED(true),

	/**
	 * Beyond a limit; nothing was charged.
	 */
	REFUSED(false),

	/**
	 * Beyond a limit that is only watched ({@link Enforcement#SHADOW}); nothing was
	 * charged.
	 */
	SHADOW_REFUSED(true),

	/**
	 * The request goes on though nobody checked it: the store could not decide
	 * ({@link FailureMode#OPEN}), or the limiter is switched off.
	 */
	UNCHECKED(true),

	/**
	 * The store could not decide and the request is refused for it
	 * ({@link FailureMode#CLOSED}).
	 */
	UNAVAILABLE(false);

	private final boolean allowed;

	Outcome(boolean allowed) {
		this.allowed = allowed;
	}

	/**
	 * Return whether the request may go on.
	 * @return {@code true} if it may
	 */
	public boolean isAllowed() {
		return this.allowed;
	}

}
