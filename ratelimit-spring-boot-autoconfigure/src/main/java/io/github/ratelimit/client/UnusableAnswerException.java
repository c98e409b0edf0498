package io.github.ratelimit.client;

import java.io.Serial;

/**
 * Thrown where the service gave no answer, or none that decides anything.
 */
final class UnusableAnswerException extends Exception {

	@Serial
	private static final long serialVersionUID = 1L;

	UnusableAnswerException(String reason) {
		super(reason, null, false, false);
	}

	/**
	 * Return why, a clause.
	 */
	String reason() {
		return String.valueOf(getMessage());
	}

}
