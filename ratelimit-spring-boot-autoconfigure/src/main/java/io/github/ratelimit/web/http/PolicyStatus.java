package io.github.ratelimit.web.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.RateLimitDecision;

/**
 * Where a caller stands with a limit, and what the limit is called in a response.
 *
 * @param name name of the limit among all that may hold for a request
 * @param status where the caller stands
 */
public record PolicyStatus(String name, LimitStatus status) {

	/**
	 * Check the status.
	 */
	public PolicyStatus {
		Objects.requireNonNull(name, "name must not be null");
		Objects.requireNonNull(status, "status must not be null");
	}

	/**
	 * Return what a response tells of a decision.
	 * @param tier name of the tier it was made in
	 * @param decision the decision
	 * @return the limits: one that has a name of its own is called
	 * {@code <tier>.<limit>}, whatever other tiers the request comes to, and one that has
	 * none as the tier is
	 */
	public static List<PolicyStatus> of(String tier, RateLimitDecision decision) {
		List<LimitStatus> limits = decision.limits();
		if (limits.size() == 1) {
			return List.of(new PolicyStatus(name(tier, limits.get(0).limit()), limits.get(0)));
		}
		List<PolicyStatus> policies = new ArrayList<>(limits.size());
		for (LimitStatus status : limits) {
			policies.add(new PolicyStatus(name(tier, status.limit()), status));
		}
		return Collections.unmodifiableList(policies);
	}

	private static String name(String tier, Limit limit) {
		return (limit.name().equals(tier) || limit.name().equals(Limit.DEFAULT_NAME)) ? tier
				: tier + "." + limit.name();
	}

}
