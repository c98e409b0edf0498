package io.github.ratelimit.aop;

import java.math.BigDecimal;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Units that a call takes.
 *
 * @param constant the units, where they are always the same
 * @param expression what gives the units, {@code null} where they are always the same
 */
record RateLimitedCost(long constant, @Nullable RateLimitedExpression expression) {

	private static final Pattern CONSTANT = Pattern.compile("[+-]?\\d+");

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
	 * Return the units that a call takes.
	 * @throws IllegalArgumentException if the expression gives anything but a whole
	 * number that is not negative
	 */
	long units(RateLimitedCall call) {
		if (this.expression == null) {
			return this.constant;
		}
		String must = "a whole number that is not negative";
		Object value = this.expression.evaluate(call.context());
		if (!(value instanceof Number number)) {
			throw this.expression.unusable(must, (value != null) ? "a " + value.getClass().getName() : "null");
		}
		try {
			long units = (number instanceof Integer || number instanceof Long) ? number.longValue()
					: new BigDecimal(number.toString()).longValueExact();
			if (units >= 0) {
				return units;
			}
		}
		catch (ArithmeticException | NumberFormatException ex) {
			// A fraction, too large, or not a number at all
		}
		throw this.expression.unusable(must, number.toString());
	}

}
