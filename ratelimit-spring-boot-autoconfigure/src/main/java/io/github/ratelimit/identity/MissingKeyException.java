package io.github.ratelimit.identity;

import java.io.Serial;
import java.util.List;

/**
 * Thrown where it is not known whose count a call is charged to. Nothing was charged.
 */
public class MissingKeyException extends IllegalStateException {

	@Serial
	private static final long serialVersionUID = 1L;

	private final MissingKey answer;

	private final String key;

	private final List<String> headers;

	MissingKeyException(CallerKey key, List<String> headers) {
		super("It is not known whose count the call is charged to: " + key + " is missing. "
				+ "Calls that no HTTP request makes need a key of their own, @RateLimited(key = \"...\")");
		this.answer = key.missing();
		this.key = key.toString();
		this.headers = List.copyOf(headers);
	}

	/**
	 * Return what is missing.
	 * @return the key in the words of the configuration
	 */
	public String getKey() {
		return this.key;
	}

	/**
	 * Return how a request is answered.
	 * @return the answer
	 */
	public MissingKey getAnswer() {
		return this.answer;
	}

	/**
	 * Return the header fields of a request that could tell.
	 * @return their names, empty if none could
	 */
	public List<String> getHeaders() {
		return this.headers;
	}

}
