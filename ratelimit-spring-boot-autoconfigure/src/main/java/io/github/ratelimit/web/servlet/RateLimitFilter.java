package io.github.ratelimit.web.servlet;

import java.io.IOException;
import java.util.List;
import java.util.Objects;

import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.tier.RequestDecisions;
import io.github.ratelimit.tier.TierCall;
import io.github.ratelimit.tier.TierGate;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.PathContainer;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Limits requests by route: the first route that matches decides which tier is charged.
 * <p>
 * A request is charged once, however often the container dispatches it. One that another
 * filter turned down before this one saw it is charged when the container dispatches it
 * to its error page, by the path it asked for. A refusal by an annotated method that
 * nobody handled is answered here too.
 */
public class RateLimitFilter extends OncePerRequestFilter {

	private static final String SEEN = RateLimitFilter.class.getName() + ".SEEN";

	private final List<RateLimitRoute> routes;

	private final TierGate gate;

	private final ServletRequests requests;

	private final RateLimitResponseWriter writer;

	/**
	 * Create a filter.
	 * @param routes the routes, in the order they are tried
	 * @param gate decides
	 * @param requests what is known of requests
	 * @param writer answers refused requests
	 */
	public RateLimitFilter(List<RateLimitRoute> routes, TierGate gate, ServletRequests requests,
			RateLimitResponseWriter writer) {
		this.routes = List.copyOf(routes);
		this.gate = Objects.requireNonNull(gate, "gate must not be null");
		this.requests = Objects.requireNonNull(requests, "requests must not be null");
		this.writer = Objects.requireNonNull(writer, "writer must not be null");
	}

	@Override
	protected boolean shouldNotFilterAsyncDispatch() {
		return false;
	}

	@Override
	protected boolean shouldNotFilterErrorDispatch() {
		return false;
	}

	@Override
	protected void doFilterNestedErrorDispatch(HttpServletRequest request, HttpServletResponse response,
			FilterChain chain) throws ServletException, IOException {
		doFilterInternal(request, response, chain);
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		RateLimitDecision decision = decide(request, response);
		if (decision != null && !decision.allowed()) {
			this.writer.write(request, response, decision);
			return;
		}
		try {
			chain.doFilter(request, response);
		}
		catch (RateLimitExceededException ex) {
			answer(request, response, ex, ex);
		}
		catch (ServletException ex) {
			answer(request, response, ex, ex.getRootCause());
		}
	}

	private @Nullable RateLimitDecision decide(HttpServletRequest request, HttpServletResponse response) {
		if (request.getAttribute(SEEN) != null) {
			return null;
		}
		request.setAttribute(SEEN, Boolean.TRUE);
		RateLimitRoute route = route(request.getMethod(), path(request));
		if (route == null) {
			return null;
		}
		RequestDecisions decisions = this.requests.decisions(request, response);
		return this.gate.enterRoute(
				new TierCall(route.tier(), route.endpoint(), null, 1, this.requests.caller(request)), decisions);
	}

	private @Nullable RateLimitRoute route(String method, PathContainer path) {
		for (RateLimitRoute route : this.routes) {
			if (route.matches(method, path)) {
				return route;
			}
		}
		return null;
	}

	private static PathContainer path(HttpServletRequest request) {
		String uri = request.getRequestURI();
		if (request.getDispatcherType() == DispatcherType.ERROR
				&& request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String original) {
			uri = original;
		}
		String contextPath = request.getContextPath();
		return PathContainer.parsePath(uri.startsWith(contextPath) ? uri.substring(contextPath.length()) : uri);
	}

	private <T extends Exception> void answer(HttpServletRequest request, HttpServletResponse response, T thrown,
			@Nullable Throwable cause) throws T, IOException {
		if (!(cause instanceof RateLimitExceededException refusal) || response.isCommitted()) {
			throw thrown;
		}
		response.resetBuffer();
		this.writer.write(request, response, refusal.getDecision());
	}

}
