package io.github.ratelimit.client;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * A question to the rate limit service: may this client do this now.
 *
 * @param clientId whose count it is
 * @param limitKey what the client wants to do, a tier or an endpoint of the service's
 * rules; {@code null} for what the service calls {@code global}
 * @param cost units to charge; 0 only asks
 * @param plan plan the client is on, {@code null} if it is on none
 */
public record ServiceCheck(String clientId, @Nullable String limitKey, long cost, @Nullable String plan) {

	/**
	 * What a check without a {@link #limitKey() limit key} is charged to.
	 */
	public static final String GLOBAL = "global";

	/**
	 * Check the question.
	 * @throws IllegalArgumentException if the client, the limit key or the plan is blank
	 * or has half of a character, or the cost is negative
	 */
	public ServiceCheck {
		requireText("clientId", clientId);
		if (limitKey != null) {
			requireText("limitKey", limitKey);
		}
		if (plan != null) {
			requireText("plan", plan);
		}
		if (cost < 0) {
			throw new IllegalArgumentException("cost must not be negative, but is " + cost);
		}
	}

	/**
	 * Return a question that charges one unit.
	 * @param clientId whose count it is
	 * @return the question
	 */
	public static ServiceCheck of(String clientId) {
		return new ServiceCheck(clientId, null, 1, null);
	}

	/**
	 * Return a question that charges one unit.
	 * @param clientId whose count it is
	 * @param limitKey what the client wants to do
	 * @return the question
	 */
	public static ServiceCheck of(String clientId, String limitKey) {
		return new ServiceCheck(clientId, limitKey, 1, null);
	}

	/**
	 * Return this question with another cost.
	 * @param cost units to charge; 0 only asks
	 * @return the question
	 */
	public ServiceCheck withCost(long cost) {
		return new ServiceCheck(this.clientId, this.limitKey, cost, this.plan);
	}

	/**
	 * Return this question for a client on a plan.
	 * @param plan the plan
	 * @return the question
	 */
	public ServiceCheck withPlan(String plan) {
		return new ServiceCheck(this.clientId, this.limitKey, this.cost, plan);
	}

	String limitKeyOrGlobal() {
		return (this.limitKey != null) ? this.limitKey : GLOBAL;
	}

	private static void requireText(String name, String value) {
		if (value.isBlank()) {
			throw new IllegalArgumentException(name + " must not be blank");
		}
		// It would be sent as another character, and charged to another client
		if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
			throw new IllegalArgumentException(name + " must not have half of a character");
		}
	}

}
