package io.github.ratelimit.identity;

import io.github.ratelimit.check.ThrottledErrors;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Rules by which a caller is on a plan, besides those that take Spring Security.
 */
public final class PlanRules {

	private static final Log logger = LogFactory.getLog(PlanRules.class);

	private PlanRules() {
	}

	/**
	 * Return the rule that a caller's API key says the plan.
	 * @param header name of the header field that has the key
	 * @param plans knows the plans of keys
	 * @return the rule
	 */
	public static PlanResolver apiKey(String header, ApiKeyPlans plans) {
		return (caller) -> {
			String apiKey = CallerCredentials.header(caller, header);
			return (apiKey != null) ? plans.planOf(apiKey) : null;
		};
	}

	/**
	 * Return the rule that a claim of a caller's verified token says the plan.
	 * @param claim name of the claim
	 * @param value what it has to be, {@code null} for anything but {@code false}
	 * @param plan the plan, {@code null} for the one that the claim names
	 * @param claims knows the claims of tokens
	 * @return the rule
	 */
	public static PlanResolver claim(String claim, @Nullable String value, @Nullable String plan, TokenClaims claims) {
		return (caller) -> {
			String given = claims.text(caller.principal(), claim);
			boolean holds = given != null && ((value != null) ? given.equals(value) : !given.equals("false"));
			return (holds) ? orElse(plan, given) : null;
		};
	}

	/**
	 * Return the rule that an expression says whether a caller is on a plan, or on which.
	 * One that cannot be evaluated puts nobody on a plan, and is told in the log.
	 * @param expression the expression
	 * @param plan the plan, {@code null} for the one that the expression gives
	 * @return the rule
	 */
	public static PlanResolver expression(CallerExpression expression, @Nullable String plan) {
		ThrottledErrors errors = new ThrottledErrors(logger);
		return (caller) -> {
			try {
				Object value = expression.value(caller);
				if (plan != null) {
					return (Boolean.TRUE.equals(value)) ? plan : null;
				}
				return (value instanceof CharSequence text) ? text.toString() : null;
			}
			catch (RuntimeException ex) {
				errors.report("The expression '" + expression + "' for plans cannot be evaluated and holds for nobody",
						ex);
				return null;
			}
		};
	}

	private static @Nullable String orElse(@Nullable String plan, @Nullable String other) {
		return (plan != null) ? plan : other;
	}

}
