package io.github.ratelimit.service;

import java.util.Objects;

/**
 * Who calls the service.
 *
 * @param name what the caller is called where changes are kept
 * @param access what the caller may do
 */
public record ServiceCaller(String name, Access access) {

	/**
	 * Check that nothing is missing.
	 */
	public ServiceCaller {
		Objects.requireNonNull(name, "name must not be null");
		Objects.requireNonNull(access, "access must not be null");
	}

}
