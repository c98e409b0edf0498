package io.github.ratelimit;

import java.util.Objects;

/**
 * Thrown by a store that works and cannot count with what it keeps of one counter, such
 * as something else under the same name. Requests for that counter fail until it is
 * {@linkplain RateLimitStore#reset(java.util.List) reset} or gone; others are decided as
 * ever, and so the store is asked as ever.
 */
public class DamagedCounterException extends RuntimeException {

	/**
	 * Create an exception.
	 * @param message what is wrong
	 * @param cause what the backend says, never {@code null}
	 */
	public DamagedCounterException(String message, Throwable cause) {
		super(message, Objects.requireNonNull(cause, "cause must not be null"));
	}

}
