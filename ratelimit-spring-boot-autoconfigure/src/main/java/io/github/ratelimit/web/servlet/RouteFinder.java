package io.github.ratelimit.web.servlet;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.github.ratelimit.web.servlet.RequestState.FoundRoutes;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.MappingMatch;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route of a request: the first that matches its path. Immutable.
 */
final class RouteFinder {

	private final List<RateLimitRoute> routes;

	RouteFinder(List<RateLimitRoute> routes) {
		this.routes = List.copyOf(routes);
	}

	/**
	 * Return whether there are no routes.
	 */
	boolean isEmpty() {
		return this.routes.isEmpty();
	}

	/**
	 * Find the routes of a request: by the path as it was sent, which Spring MVC goes by,
	 * by the path as the container understands it, by which it finds servlets, and by the
	 * pattern of what will handle it, which may match less strictly. They are one unless
	 * somebody wrote the path so that they differ, and then it is not the caller who
	 * chooses: all of them hold. A pattern of wildcards says nothing, and one with
	 * variables nothing against a route that limits, nor against one of no tier that
	 * stands before its own. Methods are compared regardless of case, as lenient handlers
	 * do.
	 * @param request the request
	 * @param state what is known of it
	 * @param pattern the pattern of its handler, {@code null} while that is not known
	 * @return the routes, each once
	 */
	List<RateLimitRoute> find(HttpServletRequest request, RequestState state, @Nullable String pattern) {
		boolean error = request.getDispatcherType() == DispatcherType.ERROR;
		String method = original(request, error, RequestDispatcher.ERROR_METHOD, request.getMethod())
			.toUpperCase(Locale.ROOT);
		String uri = original(request, error, RequestDispatcher.ERROR_REQUEST_URI, request.getRequestURI());
		String contextPath = request.getContextPath();
		String sent = uri.startsWith(contextPath) ? uri.substring(contextPath.length()) : uri;
		String understood = (error) ? sent : understood(request);
		List<RateLimitRoute> found = find(state, method, sent, understood);
		boolean variable = pattern != null && pattern.contains("{");
		if (pattern == null || pattern.contains("*") || (variable && isLimited(found))) {
			return found;
		}
		String handled = servletPrefix(request) + pattern;
		// Most handlers are where their pattern says, and then nothing is new
		if (handled.equals(sent) && RoutePath.plainLength(sent) == sent.length()) {
			return found;
		}
		RateLimitRoute route = route(method, RoutePath.understood(handled));
		return (variable && route != null && !standsBefore(route, found)) ? found : with(route, found);
	}

	private static boolean isLimited(List<RateLimitRoute> found) {
		for (int i = 0; i < found.size(); i++) {
			if (!found.get(i).tiers().isEmpty()) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return whether a route stands before one of those that were found, if any were: one
	 * that stands after them is not asked for what they exempt.
	 */
	private boolean standsBefore(RateLimitRoute route, List<RateLimitRoute> found) {
		int position = this.routes.indexOf(route);
		for (int i = 0; i < found.size(); i++) {
			if (position < this.routes.indexOf(found.get(i))) {
				return true;
			}
		}
		return found.isEmpty();
	}

	/**
	 * Find the routes by the path, unless they were found before.
	 */
	private List<RateLimitRoute> find(RequestState state, String method, String sent, String understood) {
		FoundRoutes known = state.found();
		if (known != null && known.isFor(method, sent, understood)) {
			return known.routes();
		}
		List<RateLimitRoute> found = with(route(method, RoutePath.sent(sent)), List.of());
		if (!understood.equals(sent)) {
			found = with(route(method, RoutePath.understood(understood)), found);
		}
		state.found(new FoundRoutes(method, sent, understood, found));
		return found;
	}

	/**
	 * Return the path of a servlet that has only what is below it.
	 */
	private static String servletPrefix(HttpServletRequest request) {
		return (request.getHttpServletMapping().getMappingMatch() == MappingMatch.PATH) ? request.getServletPath() : "";
	}

	@Nullable RateLimitRoute route(String method, RoutePath path) {
		for (RateLimitRoute route : this.routes) {
			if (route.matches(method, path)) {
				return route;
			}
		}
		return null;
	}

	/**
	 * Return routes with one more, each once.
	 */
	static List<RateLimitRoute> with(@Nullable RateLimitRoute route, List<RateLimitRoute> found) {
		if (route == null || found.contains(route)) {
			return found;
		}
		if (found.isEmpty()) {
			return route.alone();
		}
		List<RateLimitRoute> all = new ArrayList<>(found);
		all.add(route);
		return all;
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
