package io.github.ratelimit.web.servlet;

import java.io.IOException;
import java.util.List;
import java.util.Objects;

import io.github.ratelimit.tier.TierGate;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Limits requests by route: the first route that matches a path decides which tiers are
 * charged, all of them or none. Where somebody writes a path so that it can be understood
 * in two ways, that is the first route of each.
 * <p>
 * A request is charged once to a route, however often the container dispatches it and
 * however many of these filters it passes. One that another filter turned down before
 * this one saw it is charged when the container dispatches it to its error page, by the
 * method and path it asked for, if that filter lets the dispatch pass. A refusal by an
 * annotated method that nobody handled, or a key that it misses, is answered here too,
 * also where it is the cause of another exception.
 */
public class RateLimitFilter extends OncePerRequestFilter {

	private static final String SEEN_FIRST = RateLimitFilter.class.getName() + ".SEEN.";

	private final RouteGate routes;

	private final boolean beforeAuthentication;

	private final ResponseListener responseListener = new ResponseListener();

	private volatile @Nullable String alreadyFiltered;

	/**
	 * Create a filter for all routes.
	 * @param routes the routes, in the order they are tried
	 * @param gate decides
	 * @param requests what is known of requests
	 * @param writer answers refused requests
	 */
	public RateLimitFilter(List<RateLimitRoute> routes, TierGate gate, ServletRequests requests,
			RateLimitResponseWriter writer) {
		this(new RouteGate(routes, gate, requests, writer, ApplicationCors.none()));
	}

	/**
	 * Create a filter for all routes.
	 * @param routes where requests to routes come in
	 */
	public RateLimitFilter(RouteGate routes) {
		this(routes, false);
	}

	private RateLimitFilter(RouteGate routes, boolean beforeAuthentication) {
		this.routes = Objects.requireNonNull(routes, "routes must not be null");
		this.beforeAuthentication = beforeAuthentication;
	}

	/**
	 * Create a filter for the routes that are decided before authentication.
	 * @param routes where requests to routes come in
	 * @return the filter
	 */
	public static RateLimitFilter beforeAuthentication(RouteGate routes) {
		return new RateLimitFilter(routes, true);
	}

	/**
	 * Return whether the filter that comes last has seen a request.
	 */
	static boolean hasSeen(HttpServletRequest request) {
		RequestState state = RequestState.ofKnown(request);
		return state != null && state.isSeen();
	}

	/**
	 * Return the name of the attribute, made once and not for each request.
	 */
	@Override
	protected String getAlreadyFilteredAttributeName() {
		String name = this.alreadyFiltered;
		return (name != null) ? name : super.getAlreadyFilteredAttributeName();
	}

	@Override
	protected void initFilterBean() {
		this.alreadyFiltered = super.getAlreadyFilteredAttributeName();
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
		if (!enter(request, response)) {
			return;
		}
		if (request.getDispatcherType() == DispatcherType.ERROR && answerWhatNobodySaw(request, response)) {
			return;
		}
		try {
			chain.doFilter(request, response);
		}
		catch (ServletException ex) {
			answer(request, response, ex);
		}
		catch (RuntimeException ex) {
			answer(request, response, ex);
		}
		// Not where others have yet to make a response of what was thrown
		this.responseListener.watch(request, response);
	}

	private boolean enter(HttpServletRequest request, HttpServletResponse response) throws IOException {
		if (!this.beforeAuthentication) {
			return !RequestState.of(request).see() || this.routes.enter(request, response);
		}
		String seen = SEEN_FIRST + getFilterName();
		if (request.getAttribute(seen) != null) {
			return true;
		}
		request.setAttribute(seen, Boolean.TRUE);
		return this.routes.enterBeforeAuthentication(request, response);
	}

	/**
	 * Answer what ended the request before it came here: the refusal of a method which an
	 * earlier filter calls.
	 */
	private boolean answerWhatNobodySaw(HttpServletRequest request, HttpServletResponse response) throws IOException {
		return request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Throwable error
				&& this.routes.answer(request, response, error);
	}

	private <T extends Exception> void answer(HttpServletRequest request, HttpServletResponse response, T thrown)
			throws T, IOException {
		if (response.isCommitted() || !this.routes.answer(request, response, thrown)) {
			throw thrown;
		}
	}

}
