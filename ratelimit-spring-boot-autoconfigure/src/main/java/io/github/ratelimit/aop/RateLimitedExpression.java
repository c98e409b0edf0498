package io.github.ratelimit.aop;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.expression.EvaluationContext;
import org.springframework.expression.EvaluationException;
import org.springframework.expression.ExpressionException;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.VariableReference;
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
		// What holds for a class may well name parameters that only some methods have.
		if (annotated.isAnnotatedItself()) {
			requireParameters(attribute, parsed, annotated);
		}
		return new RateLimitedExpression(attribute, parsed, annotated);
	}

	/**
	 * Check that the variables are parameters of the method: any other would be
	 * {@code null} in each call.
	 */
	private static void requireParameters(String attribute, SpelExpression parsed, AnnotatedMethod annotated) {
		Set<String> known = new HashSet<>(Set.of("root", "this"));
		int count = annotated.method().getParameterCount();
		for (int i = 0; i < count; i++) {
			known.add("a" + i);
			known.add("p" + i);
		}
		List<String> parameters = annotated.parameterNames();
		known.addAll(parameters);
		if (attribute.equals("charge")) {
			known.addAll(OutcomeParts.ALL);
		}
		requireVariables(parsed.getAST(), known, (variable) -> {
			String problem = "The " + attribute + " '" + parsed.getExpressionString() + "' of " + annotated + " names "
					+ variable + ", which is not a parameter of the method.";
			return new InvalidRateLimitedException(problem, remedy(count, parameters));
		});
	}

	private static void requireVariables(SpelNode node, Set<String> known, UnknownVariable unknown) {
		if (node instanceof VariableReference) {
			String variable = node.toStringAST();
			if (!known.contains(variable.substring(1))) {
				throw unknown.exception(variable);
			}
		}
		for (int i = 0; i < node.getChildCount(); i++) {
			requireVariables(node.getChild(i), known, unknown);
		}
	}

	private static String remedy(int count, List<String> parameters) {
		if (count == 0) {
			return "The method has no parameters.";
		}
		if (parameters.isEmpty()) {
			return "The names of its parameters are not known: compile with -parameters, or write #a0 for the first.";
		}
		return "Its parameters are #" + String.join(", #", parameters) + ".";
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

	/**
	 * What to say of a variable that is not known.
	 */
	@FunctionalInterface
	private interface UnknownVariable {

		InvalidRateLimitedException exception(String variable);

	}

}
