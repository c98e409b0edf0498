package io.github.ratelimit.check;

/**
 * What comes of something that is likely a mistake.
 */
public enum Severity {

	/**
	 * Nothing: it is meant so.
	 */
	OFF,

	/**
	 * It is told in the log and in the endpoint.
	 */
	INFO,

	/**
	 * The same, as a warning.
	 */
	WARN,

	/**
	 * It stops the start; found later, it is told as an error.
	 */
	ERROR

}
