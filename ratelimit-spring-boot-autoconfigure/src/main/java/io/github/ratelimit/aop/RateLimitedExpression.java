package io.github.ratelimit.aop;

import org.jspecify.annotations.Nullable;

import org.springframework.expression.EvaluationContext;
import org.springframework.expression.EvaluationException;
import org.springframework.expression.ExpressionException;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;

/**
 * An expression of a {@link io.github.ratelimit.annotation.RateLimited @RateLimited},
 * parsed.
 *
 * @param attribute what it is for
 * @param parsed the expression
 * @param annotated the method it is evaluated for
 */
record RateLimitedExpression(String attribute, SpelExpression parsed, AnnotatedMethod annotated) {

	private static final SpelExpressionParser PARSER = new SpelExpressionParser();

	static RateLimitedExpression parse(String attribute, String text, AnnotatedMethod annotated) {
		SpelExpression parsed;
		try {
			parsed = PARSER.parseRaw(text);
		}
		catch (ExpressionException ex) {
			throw new InvalidRateLimitedException(
					"The " + attribute + " '" + text + "' of " + annotated + " is not an expression: "
							+ ex.toDetailedString() + ".",
					"Write an expression of the Spring Expression Language, such as #id or authentication.name; "
							+ "text stands in single quotes.",
					ex);
		}
		ExpressionNames.check(attribute, parsed, annotated);
		return new RateLimitedExpression(attribute, parsed, annotated);
	}

	/**
	 * Return whether the expression looks at a part of what came of a call, or may.
	 */
	boolean mentions(String part) {
		return OutcomeParts.of(this.parsed.getAST(), this.annotated).contains(part);
	}

	/**
	 * Return what the expression gives for a call. What the beans and arguments in it
	 * throw is thrown as it is.
	 * @throws IllegalArgumentException if it cannot be evaluated
	 */
	@Nullable Object evaluate(EvaluationContext context) {
		try {
			return this.parsed.getValue(context);
		}
		catch (EvaluationException ex) {
			throw new IllegalArgumentException(this + " cannot be evaluated: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Return the exception for a value that is of no use.
	 */
	IllegalArgumentException unusable(String must, String given) {
		return new IllegalArgumentException(this + " must give " + must + ", not " + given);
	}

	@Override
	public String toString() {
		return "The " + this.attribute + " '" + this.parsed.getExpressionString() + "' of " + this.annotated;
	}

}
