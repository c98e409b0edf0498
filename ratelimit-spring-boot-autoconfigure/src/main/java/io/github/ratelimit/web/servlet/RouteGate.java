package io.github.ratelimit.web.servlet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.BiPredicate;

import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.identity.Caller;
import io.github.ratelimit.identity.MissingKeyException;
import io.github.ratelimit.tier.TierCall;
import io.github.ratelimit.tier.TierGate;
import io.github.ratelimit.web.http.RateLimitProblem;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/**
 * Where requests to routes come in. They pass it in several places, since filters between
 * may change method and path: each decides the route that the request is to by then,
 * unless an earlier one has. Safe for use by many threads.
 */
public final class RouteGate {

	// More than anybody wraps; causes may be a ring
	private static final int MAX_CAUSES = 50;

	private static final BiPredicate<RateLimitRoute, HttpServletRequest> IS_LAST = (route, request) -> true;

	private final RouteFinder routes;

	private final TierGate gate;

	private final ServletRequests requests;

	private final RateLimitResponseWriter writer;

	private final MissingKeyAnswer missingKey;

	private final ApplicationCors cors;

	private final List<RateLimitRoute> beforeAuthentication;

	private final BiPredicate<RateLimitRoute, HttpServletRequest> isFirst = this::isFirst;

	private final BiPredicate<RateLimitRoute, HttpServletRequest> isNext = this::isNext;

	/**
	 * Create a gate.
	 * @param routes the routes, in the order they are tried
	 * @param gate decides
	 * @param requests what is known of requests
	 * @param writer answers refused requests
	 * @param cors what pages of other origins may do
	 */
	public RouteGate(List<RateLimitRoute> routes, TierGate gate, ServletRequests requests,
			RateLimitResponseWriter writer, ApplicationCors cors) {
		this.routes = new RouteFinder(routes);
		this.gate = Objects.requireNonNull(gate, "gate must not be null");
		this.requests = Objects.requireNonNull(requests, "requests must not be null");
		this.writer = Objects.requireNonNull(writer, "writer must not be null");
		this.missingKey = new MissingKeyAnswer(writer);
		this.cors = Objects.requireNonNull(cors, "cors must not be null");
		this.beforeAuthentication = routes.stream().filter(RateLimitRoute::beforeAuthentication).toList();
	}

	/**
	 * Return the routes that are decided before authentication.
	 * @return the routes, in the order they are tried
	 */
	public List<RateLimitRoute> beforeAuthentication() {
		return this.beforeAuthentication;
	}

	/**
	 * Return the route that a {@code GET} request to a path is to.
	 * @param path the path, within the application
	 * @return the route, {@code null} if there is none
	 */
	public @Nullable RateLimitRoute routeOf(String path) {
		return this.routes.route("GET", RoutePath.sent(path));
	}

	/**
	 * Decide a request whose caller nobody has authenticated yet, if its route does not
	 * want that, and answer it if it may not go on.
	 * @return whether it may
	 */
	boolean enterBeforeAuthentication(HttpServletRequest request, HttpServletResponse response) throws IOException {
		boolean mayGoOn = decideAll(request, response, null, this.isFirst);
		this.requests.forgetPlans(request);
		return mayGoOn;
	}

	/**
	 * Decide a request, and answer it if it may not go on.
	 * @return whether it may
	 */
	boolean enter(HttpServletRequest request, HttpServletResponse response) throws IOException {
		return decideAll(request, response, null, this.isNext);
	}

	/**
	 * Decide a request that is about to be handled, and answer it if it may not go on.
	 * @param pattern of the handler, as a path that stands for those it matches
	 * @return whether it may
	 */
	boolean enterHandler(HttpServletRequest request, HttpServletResponse response, @Nullable String pattern)
			throws IOException {
		return decideAll(request, response, pattern, IS_LAST);
	}

	/**
	 * Decide the routes of a request that are not decided yet, all of them at once.
	 */
	private boolean decideAll(HttpServletRequest request, HttpServletResponse response, @Nullable String pattern,
			BiPredicate<RateLimitRoute, HttpServletRequest> isNow) throws IOException {
		if (this.routes.isEmpty()) {
			return true;
		}
		RequestState state = RequestState.of(request);
		List<RateLimitRoute> undecided = List.of();
		List<RateLimitRoute> found = this.routes.find(request, state, pattern);
		for (int i = 0; i < found.size(); i++) {
			RateLimitRoute route = found.get(i);
			if (!route.tiers().isEmpty() && !isDecided(route, request, state) && isNow.test(route, request)) {
				undecided = RouteFinder.with(route, undecided);
			}
		}
		return undecided.isEmpty() || decide(undecided, request, state, response);
	}

	private boolean isFirst(RateLimitRoute route, HttpServletRequest request) {
		return route.beforeAuthentication() && (route.namesOptions() || !this.cors.mayAnswer(request));
	}

	private boolean isNext(RateLimitRoute route, HttpServletRequest request) {
		return route.namesOptions() || !this.cors.handlerAnswers(request);
	}

	/**
	 * Answer a request because of what was thrown by a method it called.
	 * @param thrown what was thrown, of which only refusals and missing keys have an
	 * answer, also as the cause of something else
	 * @return whether it was answered
	 */
	boolean answer(HttpServletRequest request, HttpServletResponse response, Throwable thrown) throws IOException {
		Throwable cause = thrown;
		for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++, cause = cause.getCause()) {
			if (cause instanceof RateLimitExceededException refusal) {
				response.resetBuffer();
				this.requests.decisions(request, response).addRefusal(refusal);
				this.cors.addHeaders(request, response);
				this.writer.write(request, response, refusal.getDecision());
				return true;
			}
			if (cause instanceof MissingKeyException missing) {
				response.resetBuffer();
				this.cors.addHeaders(request, response);
				this.missingKey.write(request, response, missing);
				return true;
			}
		}
		return false;
	}

	/**
	 * Return whether a request is decided. When the container dispatches it once more it
	 * is the same, whatever its path was made in between.
	 */
	private static boolean isDecided(RateLimitRoute route, HttpServletRequest request, RequestState state) {
		List<RateLimitRoute> decided = state.decided();
		DispatcherType type = request.getDispatcherType();
		return (type == DispatcherType.ERROR || type == DispatcherType.ASYNC) ? !decided.isEmpty()
				: decided.contains(route);
	}

	private boolean decide(List<RateLimitRoute> routes, HttpServletRequest request, RequestState state,
			HttpServletResponse response) throws IOException {
		state.addDecided(routes);
		Caller caller = this.requests.caller(request, state);
		List<TierCall> calls = new ArrayList<>(2);
		for (int i = 0; i < routes.size(); i++) {
			RateLimitRoute route = routes.get(i);
			OptionalLong cost = route.cost().units(request, caller);
			if (cost.isPresent()) {
				for (int j = 0; j < route.tiers().size(); j++) {
					calls.add(new TierCall(route.tiers().get(j), route.endpoint(), null, cost.getAsLong(), caller));
				}
			}
			else if (!route.watched()) {
				this.cors.addHeaders(request, response);
				this.writer.write(request, response,
						RateLimitProblem.invalidCost(Objects.requireNonNull(route.cost().header())));
				return false;
			}
		}
		return calls.isEmpty() || charge(calls, request, state, response);
	}

	private boolean charge(List<TierCall> calls, HttpServletRequest request, RequestState state,
			HttpServletResponse response) throws IOException {
		RateLimitDecision refusal;
		try {
			refusal = this.gate.enterRoute(calls, this.requests.decisions(state, response)).refusal();
		}
		catch (MissingKeyException ex) {
			this.cors.addHeaders(request, response);
			this.missingKey.write(request, response, ex);
			return false;
		}
		if (refusal != null) {
			this.cors.addHeaders(request, response);
			this.writer.write(request, response, refusal);
		}
		return refusal == null;
	}

}
