package io.github.ratelimit.web.servlet;

import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

import io.github.ratelimit.identity.CallerDetails;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import org.jspecify.annotations.Nullable;

/**
 * What a servlet request tells of its caller.
 *
 * @param request the request
 */
record ServletCallerDetails(HttpServletRequest request) implements CallerDetails {

	@Override
	public List<String> headers(String name) {
		Enumeration<String> values = this.request.getHeaders(name);
		return (values != null) ? Collections.list(values) : List.of();
	}

	@Override
	public @Nullable String sessionId() {
		HttpSession session = this.request.getSession(false);
		return (session != null) ? session.getId() : null;
	}

}
