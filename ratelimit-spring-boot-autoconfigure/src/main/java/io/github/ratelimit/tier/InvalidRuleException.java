package io.github.ratelimit.tier;

import java.util.Objects;

/**
 * A {@link Rule} cannot be used as it is written.
 */
public final class InvalidRuleException extends IllegalArgumentException {

	private static final long serialVersionUID = 1L;

	private final String field;

	private final String reason;

	/**
	 * Create an exception.
	 * @param field name of the field that is wrong, as it is written in JSON
	 * @param reason what is wrong with it, and what it should be
	 */
	public InvalidRuleException(String field, String reason) {
		super("'" + field + "': " + reason);
		this.field = Objects.requireNonNull(field, "field must not be null");
		this.reason = Objects.requireNonNull(reason, "reason must not be null");
	}

	/**
	 * Return which field is wrong.
	 * @return the field's name
	 */
	public String getField() {
		return this.field;
	}

	/**
	 * Return what is wrong with the field.
	 * @return the reason, without the field's name
	 */
	public String getReason() {
		return this.reason;
	}

}
