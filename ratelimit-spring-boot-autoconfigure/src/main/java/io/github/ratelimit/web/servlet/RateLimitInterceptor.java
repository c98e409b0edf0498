package io.github.ratelimit.web.servlet;

import java.io.IOException;
import java.util.Objects;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.web.cors.CorsUtils;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Second line behind the filter, right in front of controllers: decides requests that a
 * filter between has rewritten to another route, or that Spring MVC matches less strictly
 * than the route does.
 */
public final class RateLimitInterceptor implements HandlerInterceptor {

	private final RouteGate routes;

	/**
	 * Create an interceptor.
	 * @param routes where requests to routes come in
	 */
	public RateLimitInterceptor(RouteGate routes) {
		this.routes = Objects.requireNonNull(routes, "routes must not be null");
	}

	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
			throws IOException {
		if (!isNew(request) || CorsUtils.isPreFlightRequest(request)) {
			return true;
		}
		Object pattern = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
		return this.routes.enterHandler(request, response, (pattern != null) ? pattern.toString() : null);
	}

	/**
	 * Return whether it is the request of the caller: one that passed the filter, as
	 * those to the endpoints on another port do not, or that was forwarded before it.
	 */
	private static boolean isNew(HttpServletRequest request) {
		boolean seen = RateLimitFilter.hasSeen(request);
		return (request.getDispatcherType() == DispatcherType.REQUEST && seen)
				|| (request.getDispatcherType() == DispatcherType.FORWARD && !seen);
	}

}
