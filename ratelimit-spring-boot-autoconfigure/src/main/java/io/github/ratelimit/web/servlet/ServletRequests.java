package io.github.ratelimit.web.servlet;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.identity.Caller;
import io.github.ratelimit.identity.CallerResolver;
import io.github.ratelimit.tier.RequestDecisions;
import io.github.ratelimit.tier.RequestDecisions.TierDecision;
import io.github.ratelimit.tier.RequestDecisionsSource;
import io.github.ratelimit.web.http.PolicyStatus;
import io.github.ratelimit.web.http.RateLimitHeaders;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * What the limiter knows of servlet requests: who is calling, and what has been decided,
 * which each new decision tells the caller in header fields. Safe for use by many
 * threads.
 */
public final class ServletRequests implements CallerResolver, RequestDecisionsSource {

	private final RateLimitHeaders headers;

	private final Clock clock;

	private final ServletClientAddresses addresses;

	/**
	 * Create the knowledge of requests.
	 * @param headers the header fields that tell callers where they stand
	 * @param clock the time
	 * @param addresses the addresses that requests came from
	 */
	public ServletRequests(RateLimitHeaders headers, Clock clock, ServletClientAddresses addresses) {
		this.headers = Objects.requireNonNull(headers, "headers must not be null");
		this.clock = Objects.requireNonNull(clock, "clock must not be null");
		this.addresses = Objects.requireNonNull(addresses, "addresses must not be null");
	}

	@Override
	public @Nullable Caller resolve() {
		ServletRequestAttributes attributes = attributes();
		return (attributes != null) ? caller(attributes.getRequest()) : null;
	}

	@Override
	public @Nullable RequestDecisions current() {
		ServletRequestAttributes attributes = attributes();
		if (attributes == null || attributes.getResponse() == null) {
			return null;
		}
		return decisions(attributes.getRequest(), attributes.getResponse());
	}

	Caller caller(HttpServletRequest request) {
		return caller(request, RequestState.of(request));
	}

	Caller caller(HttpServletRequest request, RequestState state) {
		return new Caller(request.getUserPrincipal(), this.addresses.address(request, state),
				new ServletCallerDetails(request));
	}

	RequestDecisions decisions(HttpServletRequest request, HttpServletResponse response) {
		return decisions(RequestState.of(request), response);
	}

	RequestDecisions decisions(RequestState state, HttpServletResponse response) {
		RequestDecisions known = state.decisions();
		if (known != null) {
			return known;
		}
		RequestDecisions decisions = new RequestDecisions((all) -> addHeaders(all, response));
		state.decisions(decisions, response);
		return decisions;
	}

	private void addHeaders(List<TierDecision> decisions, HttpServletResponse response) {
		this.headers.write(tightest(decisions), () -> policies(decisions), this.clock, response::setHeader);
	}

	private static RateLimitDecision tightest(List<TierDecision> decisions) {
		RateLimitDecision tightest = decisions.get(0).decision();
		for (int i = 1; i < decisions.size(); i++) {
			RateLimitDecision other = decisions.get(i).decision();
			tightest = (isTighter(other.tightest(), tightest.tightest())) ? other : tightest;
		}
		return tightest;
	}

	private static boolean isTighter(@Nullable LimitStatus status, @Nullable LimitStatus than) {
		return status != null && (than == null || LimitStatus.TIGHTEST_FIRST.compare(status, than) < 0);
	}

	/**
	 * Forget on which plans the caller of a request was: filters to come may know better.
	 */
	void forgetPlans(HttpServletRequest request) {
		RequestState state = RequestState.ofKnown(request);
		if (state != null && state.decisions() != null) {
			state.decisions().forgetPlans();
		}
	}

	/**
	 * Say that the response to a request is complete, however often it is said.
	 */
	static void responded(ServletRequest request) {
		RequestState state = RequestState.ofKnown(request);
		if (state != null) {
			state.responded();
		}
	}

	private static List<PolicyStatus> policies(List<TierDecision> decisions) {
		List<PolicyStatus> policies = new ArrayList<>(2);
		for (TierDecision decision : decisions) {
			policies.addAll(PolicyStatus.of(decision.tier(), decision.decision()));
		}
		return policies;
	}

	/**
	 * Return what a limit is called in responses: as in the header fields if it was asked
	 * for this request, else by its own name.
	 */
	static String policyName(HttpServletRequest request, LimitStatus status) {
		RequestState state = RequestState.ofKnown(request);
		RequestDecisions decisions = (state != null) ? state.decisions() : null;
		if (decisions != null) {
			for (PolicyStatus policy : policies(decisions.all())) {
				if (policy.status() == status) {
					return policy.name();
				}
			}
		}
		return status.limit().name();
	}

	private static @Nullable ServletRequestAttributes attributes() {
		return (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes
				&& isInProgress(attributes)) ? attributes : null;
	}

	/**
	 * Return whether a request is still the one that it was: a thread may keep one that
	 * is over and serves another caller now.
	 */
	private static boolean isInProgress(ServletRequestAttributes attributes) {
		try {
			attributes.getAttribute(RequestState.ATTRIBUTE, RequestAttributes.SCOPE_REQUEST);
			return true;
		}
		catch (IllegalStateException ex) {
			return false;
		}
	}

}
