package io.github.ratelimit.identity;

/**
 * How a request is answered that does not tell whose count it is.
 */
public enum MissingKey {

	/**
	 * With 401: the caller has to say who it is.
	 */
	UNAUTHORIZED(401),

	/**
	 * With 400: the request lacks something.
	 */
	BAD_REQUEST(400);

	private final int status;

	MissingKey(int status) {
		this.status = status;
	}

	/**
	 * Return the status code of the response.
	 * @return the status code
	 */
	public int status() {
		return this.status;
	}

}
