package io.github.ratelimit.web.servlet;

import java.util.ArrayList;
import java.util.List;

import io.github.ratelimit.identity.ClientAddress;
import io.github.ratelimit.tier.RequestDecisions;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one request so far, however often the container dispatches it. Its
 * only attribute: each one costs a look-up in several maps.
 */
final class RequestState {

	/**
	 * Name of the attribute.
	 */
	static final String ATTRIBUTE = RequestState.class.getName();

	private volatile boolean seen;

	private volatile boolean addressKnown;

	private volatile @Nullable ClientAddress address;

	private volatile @Nullable RequestDecisions decisions;

	private volatile @Nullable HttpServletResponse response;

	private volatile List<RateLimitRoute> decided = List.of();

	private volatile @Nullable FoundRoutes found;

	/**
	 * Return what is known of a request.
	 */
	static RequestState of(ServletRequest request) {
		RequestState known = ofKnown(request);
		if (known != null) {
			return known;
		}
		RequestState state = new RequestState();
		request.setAttribute(ATTRIBUTE, state);
		return state;
	}

	/**
	 * Return what is known of a request, {@code null} if nothing is.
	 */
	static @Nullable RequestState ofKnown(ServletRequest request) {
		return (RequestState) request.getAttribute(ATTRIBUTE);
	}

	/**
	 * Note that the filter that comes last sees the request, and return whether it does
	 * so for the first time.
	 */
	boolean see() {
		boolean first = !this.seen;
		this.seen = true;
		return first;
	}

	boolean isSeen() {
		return this.seen;
	}

	boolean isAddressKnown() {
		return this.addressKnown;
	}

	@Nullable ClientAddress address() {
		return this.address;
	}

	void address(@Nullable ClientAddress address) {
		this.address = address;
		this.addressKnown = true;
	}

	@Nullable RequestDecisions decisions() {
		return this.decisions;
	}

	void decisions(RequestDecisions decisions, HttpServletResponse response) {
		this.response = response;
		this.decisions = decisions;
	}

	/**
	 * Return the routes that were decided.
	 */
	List<RateLimitRoute> decided() {
		return this.decided;
	}

	void addDecided(List<RateLimitRoute> routes) {
		if (this.decided.isEmpty()) {
			this.decided = routes;
			return;
		}
		List<RateLimitRoute> all = new ArrayList<>(this.decided);
		all.addAll(routes);
		this.decided = all;
	}

	/**
	 * Return the routes that were found last.
	 */
	@Nullable FoundRoutes found() {
		return this.found;
	}

	void found(FoundRoutes found) {
		this.found = found;
	}

	/**
	 * Say that the response is complete, however often it is said.
	 */
	void responded() {
		RequestDecisions decisions = this.decisions;
		HttpServletResponse response = this.response;
		if (decisions != null && response != null) {
			decisions.responded(response.getStatus());
		}
	}

	/**
	 * The routes of a method and a path, which do not change.
	 *
	 * @param method the method
	 * @param sent the path as it was sent
	 * @param understood the path as the container understands it
	 * @param routes the routes, each once
	 */
	record FoundRoutes(String method, String sent, String understood, List<RateLimitRoute> routes) {

		boolean isFor(String method, String sent, String understood) {
			return this.method.equals(method) && this.sent.equals(sent) && this.understood.equals(understood);
		}

	}

}
