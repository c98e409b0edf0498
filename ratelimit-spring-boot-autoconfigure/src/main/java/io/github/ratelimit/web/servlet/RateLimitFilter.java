package io.github.ratelimit.web.servlet;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.identity.Caller;
import io.github.ratelimit.identity.MissingKeyException;
import io.github.ratelimit.tier.TierCall;
import io.github.ratelimit.tier.TierGate;
import io.github.ratelimit.web.http.RateLimitProblem;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Limits requests by route: the first route that matches decides which tiers are charged,
 * all of them or none.
 * <p>
 * A request is charged once, however often the container dispatches it. One that another
 * filter turned down before this one saw it is charged when the container dispatches it
 * to its error page, by the method and path it asked for, if that filter lets the
 * dispatch pass. A refusal by an annotated method that nobody handled is answered here
 * too, also where it is the cause of another exception.
 */
public class RateLimitFilter extends OncePerRequestFilter {

	private static final String SEEN = RateLimitFilter.class.getName() + ".SEEN";

	private final RouteFinder routes;

	private final TierGate gate;

	private final ServletRequests requests;

	private final RateLimitResponseWriter writer;

	private final ResponseListener responseListener = new ResponseListener();

	/**
	 * Create a filter.
	 * @param routes the routes, in the order they are tried
	 * @param gate decides
	 * @param requests what is known of requests
	 * @param writer answers refused requests
	 */
	public RateLimitFilter(List<RateLimitRoute> routes, TierGate gate, ServletRequests requests,
			RateLimitResponseWriter writer) {
		this.routes = new RouteFinder(routes);
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
		if (request.getAttribute(SEEN) == null) {
			request.setAttribute(SEEN, Boolean.TRUE);
			RateLimitRoute route = this.routes.find(request);
			if (route != null && !enter(route, request, response)) {
				return;
			}
		}
		RateLimitExceededException refusal = refusalThatNobodySaw(request);
		if (refusal != null) {
			write(request, response, refusal);
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

	/**
	 * Return the refusal that ended the request before it came here: that of a method
	 * which an earlier filter calls.
	 */
	private static @Nullable RateLimitExceededException refusalThatNobodySaw(HttpServletRequest request) {
		return (request.getDispatcherType() == DispatcherType.ERROR
				&& request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Throwable error) ? refusal(error)
						: null;
	}

	private static @Nullable RateLimitExceededException refusal(Throwable error) {
		for (Throwable cause = error; cause != null; cause = cause.getCause()) {
			if (cause instanceof RateLimitExceededException refusal) {
				return refusal;
			}
		}
		return null;
	}

	/**
	 * Decide a request to a route, and answer it if it may not go on.
	 * @return whether it may
	 */
	private boolean enter(RateLimitRoute route, HttpServletRequest request, HttpServletResponse response)
			throws IOException {
		Caller caller = this.requests.caller(request);
		OptionalLong cost = route.cost().units(request, caller);
		if (cost.isEmpty()) {
			if (route.watched()) {
				return true;
			}
			this.writer.write(request, response,
					RateLimitProblem.invalidCost(Objects.requireNonNull(route.cost().header())));
			return false;
		}
		List<TierCall> calls = route.tiers()
			.stream()
			.map((tier) -> new TierCall(tier, route.endpoint(), null, cost.getAsLong(), caller))
			.toList();
		try {
			RateLimitDecision refusal = this.gate.enterRoute(calls, this.requests.decisions(request, response))
				.refusal();
			if (refusal != null) {
				this.writer.write(request, response, refusal);
			}
			return refusal == null;
		}
		catch (MissingKeyException ex) {
			new MissingKeyAnswer(this.writer).write(request, response, ex);
			return false;
		}
	}

	private <T extends Exception> void answer(HttpServletRequest request, HttpServletResponse response, T thrown)
			throws T, IOException {
		RateLimitExceededException refusal = refusal(thrown);
		if (refusal == null || response.isCommitted()) {
			throw thrown;
		}
		response.resetBuffer();
		write(request, response, refusal);
	}

	private void write(HttpServletRequest request, HttpServletResponse response, RateLimitExceededException refusal)
			throws IOException {
		this.requests.decisions(request, response).addRefusal(refusal);
		this.writer.write(request, response, refusal.getDecision());
	}

}
