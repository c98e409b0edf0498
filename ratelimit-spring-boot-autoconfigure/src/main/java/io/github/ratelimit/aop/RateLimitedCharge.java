package io.github.ratelimit.aop;

import io.github.ratelimit.check.ThrottledErrors;
import io.github.ratelimit.tier.CostValue;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Whether a call is charged in the end.
 *
 * @param expression what says so
 * @param ofStatus whether that is known only when the response is complete
 * @param ofMethod whether that is known only when the method, or its stage, is
 * @param errors told where the expression does not say
 */
record RateLimitedCharge(RateLimitedExpression expression, boolean ofStatus, boolean ofMethod, ThrottledErrors errors) {

	private static final Log logger = LogFactory.getLog(RateLimitedCharge.class);

	RateLimitedCharge(RateLimitedExpression expression) {
		this(expression, expression.mentions("status"),
				!expression.mentions("status") || expression.mentions("result") || expression.mentions("exception"),
				new ThrottledErrors(logger));
	}

	/**
	 * Return whether a call stays charged. It does if nobody can tell: a mistake in an
	 * expression must not lift the limit.
	 */
	boolean isKept(CallOutcome outcome) {
		try {
			Object value = this.expression.evaluate(outcome.context());
			if (value instanceof Boolean kept) {
				return kept;
			}
			report(this.expression.unusable("true or false", CostValue.describe(value)).getMessage(), null);
		}
		catch (RuntimeException ex) {
			report(this.expression + " cannot be evaluated", ex);
		}
		return true;
	}

	private void report(@Nullable String problem, @Nullable Throwable cause) {
		this.errors.report(problem + "; the call stays charged", cause);
	}

}
