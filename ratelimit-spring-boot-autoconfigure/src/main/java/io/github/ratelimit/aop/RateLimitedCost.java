package io.github.ratelimit.aop;

import java.util.OptionalLong;
import java.util.regex.Pattern;

import io.github.ratelimit.check.ThrottledErrors;
import io.github.ratelimit.tier.CostValue;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Units that a call takes.
 *
 * @param constant the units, where they are always the same
 * @param expression what gives the units, {@code null} where they are always the same
 * @param errors told where the expression gives none
 */
record RateLimitedCost(long constant, @Nullable RateLimitedExpression expression, ThrottledErrors errors) {

	private static final Log logger = LogFactory.getLog(RateLimitedCost.class);

	private static final Pattern CONSTANT = Pattern.compile("[+-]?\\d+");

	private RateLimitedCost(long constant, @Nullable RateLimitedExpression expression) {
		this(constant, expression, new ThrottledErrors(logger));
	}

	static RateLimitedCost parse(String text, AnnotatedMethod annotated) {
		String trimmed = text.trim();
		if (!trimmed.isEmpty() && !CONSTANT.matcher(trimmed).matches()) {
			return new RateLimitedCost(0, RateLimitedExpression.parse("cost", text, annotated));
		}
		try {
			long units = Long.parseLong(trimmed);
			if (units >= 0) {
				return new RateLimitedCost(units, null);
			}
		}
		catch (NumberFormatException ex) {
			// None, or too many digits: as unusable as a negative one
		}
		throw new InvalidRateLimitedException("The cost '" + text + "' of " + annotated + " is not a number of units.",
				"Write a whole number from 0 to " + Long.MAX_VALUE + ", or an expression that gives one.");
	}

	/**
	 * Return the units that a call takes. A call whose cost nobody can tell takes none: a
	 * mistake in an expression must not turn callers away.
	 */
	long units(RateLimitedCall call) {
		if (this.expression == null) {
			return this.constant;
		}
		try {
			Object value = this.expression.evaluate(call.context());
			OptionalLong units = CostValue.units(value);
			if (units.isPresent()) {
				return units.getAsLong();
			}
			report(this.expression.unusable(CostValue.REQUIRED, CostValue.describe(value)).getMessage(), null);
		}
		catch (RuntimeException ex) {
			report(this.expression + " cannot be evaluated", ex);
		}
		return 0;
	}

	private void report(@Nullable String problem, @Nullable Throwable cause) {
		this.errors.report(problem + "; the call is charged nothing", cause);
	}

}
