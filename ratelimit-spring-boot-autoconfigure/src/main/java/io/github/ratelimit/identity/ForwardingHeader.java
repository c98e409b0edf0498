package io.github.ratelimit.identity;

/**
 * A header field in which proxies say whom they forward a request for.
 */
public enum ForwardingHeader {

	/**
	 * {@code X-Forwarded-For}: addresses, the nearest last.
	 */
	X_FORWARDED_FOR("X-Forwarded-For"),

	/**
	 * {@code Forwarded} (RFC 7239): the parameter {@code for} of each element.
	 */
	FORWARDED("Forwarded");

	private final String fieldName;

	ForwardingHeader(String fieldName) {
		this.fieldName = fieldName;
	}

	/**
	 * Return the name of the field.
	 * @return the name
	 */
	public String fieldName() {
		return this.fieldName;
	}

}
