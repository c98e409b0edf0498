package io.github.ratelimit.web.servlet;

import java.util.OptionalLong;

import io.github.ratelimit.check.ThrottledErrors;
import io.github.ratelimit.identity.Caller;
import io.github.ratelimit.identity.CallerExpression;
import io.github.ratelimit.tier.CostValue;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.expression.EvaluationException;

/**
 * An expression that gives the cost of a request to a route.
 */
final class RouteCostExpression {

	private static final Log logger = LogFactory.getLog(RouteCostExpression.class);

	private static final Caller NOBODY = new Caller(null, null);

	private final CallerExpression expression;

	private final String place;

	private final ThrottledErrors errors = new ThrottledErrors(logger);

	private RouteCostExpression(CallerExpression expression, String place) {
		this.expression = expression;
		this.place = place;
	}

	/**
	 * Read an expression.
	 * @throws IllegalArgumentException if it is none, or could never give a cost; the
	 * message is a clause
	 */
	static RouteCostExpression parse(String text, String place) {
		CallerExpression expression = CallerExpression.parse(text);
		if (expression.isConstant()) {
			requireUsable(expression);
		}
		return new RouteCostExpression(expression, place);
	}

	private static void requireUsable(CallerExpression constant) {
		Object value;
		try {
			value = constant.value(NOBODY);
		}
		catch (EvaluationException | ArithmeticException ex) {
			throw new IllegalArgumentException("it cannot be evaluated: " + ex.getMessage(), ex);
		}
		if (CostValue.units(value).isEmpty()) {
			throw new IllegalArgumentException(
					"it gives " + CostValue.describe(value) + " and not " + CostValue.REQUIRED);
		}
	}

	/**
	 * Return the units that a request takes. A request whose cost nobody can tell takes
	 * none: a mistake in an expression must not turn callers away.
	 */
	long units(Caller caller) {
		try {
			Object value = this.expression.value(caller);
			OptionalLong units = CostValue.units(value);
			if (units.isPresent()) {
				return units.getAsLong();
			}
			report("must give " + CostValue.REQUIRED + ", not " + CostValue.describe(value), null);
		}
		catch (RuntimeException ex) {
			report("cannot be evaluated", ex);
		}
		return 0;
	}

	private void report(String problem, @Nullable Throwable cause) {
		this.errors.report("The cost '" + this.expression + "' of " + this.place + " " + problem
				+ "; the request is charged nothing", cause);
	}

}
