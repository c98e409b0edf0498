package io.github.ratelimit.service;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Tells who calls the service. Safe for use by many threads.
 */
@FunctionalInterface
public interface CallerSource {

	/**
	 * Return who sends a request.
	 * @param request the request
	 * @return the caller, with {@link Access#OPEN} if the credential is good for nothing;
	 * {@code null} if there is none that this source knows
	 */
	@Nullable ServiceCaller find(HttpServletRequest request);

}
