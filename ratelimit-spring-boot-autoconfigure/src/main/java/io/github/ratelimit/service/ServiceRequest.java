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
	 * @throws ServiceException if not, or if they cannot be read
	 */
	void requireParameters(Set<String> names) {
		for (Map.Entry<String, String[]> parameter : parameters().entrySet()) {
			if (!names.contains(parameter.getKey())) {
				throw ServiceException.badRequest(parameter.getKey(),
						"there is no such parameter; there are " + String.join(", ", new TreeSet<>(names)));
			}
			if (parameter.getValue().length > 1) {
				throw ServiceException.badRequest(parameter.getKey(), "it must be there once");
			}
		}
	}

	private Map<String, String[]> parameters() {
		try {
			return this.servletRequest.getParameterMap();
		}
		catch (RuntimeException ex) {
			// Each server has an exception of its own for what is no text, or too much
			throw ServiceException.badRequest("query", "it must be parameters in UTF-8, and not too many");
		}
	}

	/**
	 * Return the value of one of the parameters that there may be.
	 */
	@Nullable String parameter(String name) {
		return this.servletRequest.getParameter(name);
	}

}
