package io.github.ratelimit.service;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * A request of somebody who may send it.
 *
 * @param servletRequest the request
 * @param caller who sends it
 * @param rest what of the path its pattern leaves open, empty if nothing
 */
record ServiceRequest(HttpServletRequest servletRequest, ServiceCaller caller, String rest) {

	/**
	 * Check that there are no other parameters, which would be misspelt, and each once.
	 * @throws ServiceException if not
	 */
	void requireParameters(Set<String> names) {
		for (Map.Entry<String, String[]> parameter : this.servletRequest.getParameterMap().entrySet()) {
			if (!names.contains(parameter.getKey())) {
				throw ServiceException.badRequest(parameter.getKey(),
						"there is no such parameter; there are " + String.join(", ", new TreeSet<>(names)));
			}
			if (parameter.getValue().length > 1) {
				throw ServiceException.badRequest(parameter.getKey(), "it must be there once");
			}
		}
	}

	@Nullable String parameter(String name) {
		return this.servletRequest.getParameter(name);
	}

}
