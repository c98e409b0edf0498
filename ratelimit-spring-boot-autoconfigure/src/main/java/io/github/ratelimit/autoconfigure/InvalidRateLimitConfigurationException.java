package io.github.ratelimit.autoconfigure;

import java.io.Serial;

import org.jspecify.annotations.Nullable;

/**
 * Thrown where a setting of the limiter makes no sense; stops the start.
 */
public class InvalidRateLimitConfigurationException extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1L;

	private final String property;

	private final @Nullable String value;

	private final String reason;

	private final String remedy;

	/**
	 * Create the exception for a setting.
	 * @param property name of the property or environment variable
	 * @param value what it is set to, without secrets; {@code null} if it is not set
	 * @param reason why that makes no sense, a clause
	 * @param remedy what to do, a sentence
	 */
	public InvalidRateLimitConfigurationException(String property, @Nullable String value, String reason,
			String remedy) {
		super("Property " + property + ((value != null) ? " with value '" + value + "'" : "") + " is invalid: "
				+ reason);
		this.property = property;
		this.value = value;
		this.reason = reason;
		this.remedy = remedy;
	}

	String getProperty() {
		return this.property;
	}

	@Nullable String getValue() {
		return this.value;
	}

	String getReason() {
		return this.reason;
	}

	String getRemedy() {
		return this.remedy;
	}

}
