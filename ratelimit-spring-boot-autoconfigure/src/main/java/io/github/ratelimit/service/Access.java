package io.github.ratelimit.service;

/**
 * What a caller of the service may do. Each may do what those before it may.
 */
public enum Access {

	/**
	 * See whether the service is there, as everybody may.
	 */
	OPEN,

	/**
	 * Ask for decisions, and see which rules hold.
	 */
	CHECK,

	/**
	 * Change rules.
	 */
	ADMIN

}
