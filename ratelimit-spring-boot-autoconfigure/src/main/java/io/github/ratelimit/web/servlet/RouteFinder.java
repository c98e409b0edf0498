package io.github.ratelimit.web.servlet;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.MappingMatch;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.PathContainer;
import org.springframework.web.util.UriUtils;

/**
 * Finds the route of a request: the first that matches its path. Immutable.
 */
final class RouteFinder {

	private final List<RateLimitRoute> routes;

	RouteFinder(List<RateLimitRoute> routes) {
		this.routes = List.copyOf(routes);
	}

	/**
	 * Find the routes of a request: by the path as it was sent, which Spring MVC goes by,
	 * by the path as the container understands it, by which it finds servlets, and by the
	 * pattern of what will handle it, which may match less strictly. They are one unless
	 * somebody wrote the path so that they differ, and then it is not the caller who
	 * chooses: all of them hold. A pattern of wildcards says nothing. Methods are
	 * compared regardless of case, as lenient handlers do.
	 * @param request the request
	 * @param pattern the pattern of its handler, {@code null} while that is not known
	 * @return the routes, each once
	 */
	Set<RateLimitRoute> find(HttpServletRequest request, @Nullable String pattern) {
		if (this.routes.isEmpty()) {
			return Set.of();
		}
		boolean error = request.getDispatcherType() == DispatcherType.ERROR;
		String method = original(request, error, RequestDispatcher.ERROR_METHOD, request.getMethod())
			.toUpperCase(Locale.ROOT);
		String uri = original(request, error, RequestDispatcher.ERROR_REQUEST_URI, request.getRequestURI());
		String contextPath = request.getContextPath();
		String sent = uri.startsWith(contextPath) ? uri.substring(contextPath.length()) : uri;
		String understood = (error) ? sent : understood(request);
		Set<RateLimitRoute> found = new LinkedHashSet<>(2);
		add(found, method, PathContainer.parsePath(sent));
		if (!understood.equals(sent)) {
			add(found, method, encoded(understood));
		}
		if (pattern != null && !pattern.contains("*") && (found.isEmpty() || !pattern.contains("{"))) {
			add(found, method, encoded(servletPrefix(request) + pattern));
		}
		return found;
	}

	/**
	 * Return the path of a servlet that has only what is below it.
	 */
	private static String servletPrefix(HttpServletRequest request) {
		return (request.getHttpServletMapping().getMappingMatch() == MappingMatch.PATH) ? request.getServletPath() : "";
	}

	/**
	 * Return a path whose signs mean nothing but themselves.
	 */
	private static PathContainer encoded(String path) {
		return PathContainer.parsePath(UriUtils.encodePath(path, StandardCharsets.UTF_8).replace(";", "%3B"));
	}

	private void add(Set<RateLimitRoute> found, String method, PathContainer path) {
		for (RateLimitRoute route : this.routes) {
			if (route.matches(method, path)) {
				found.add(route);
				return;
			}
		}
	}

	/**
	 * Return what the request was before the container made it that of an error page.
	 */
	private static String original(HttpServletRequest request, boolean error, String attribute, String value) {
		return (error && request.getAttribute(attribute) instanceof String original) ? original : value;
	}

	private static String understood(HttpServletRequest request) {
		String pathInfo = request.getPathInfo();
		return (pathInfo != null) ? request.getServletPath() + pathInfo : request.getServletPath();
	}

}
