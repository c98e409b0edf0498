package io.github.ratelimit.web.servlet;

import java.security.Principal;
import java.util.OptionalLong;
import java.util.Set;

import io.github.ratelimit.tier.CostValue;
import io.github.ratelimit.tier.ThrottledErrors;
import jakarta.servlet.http.HttpServletRequest;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.expression.EvaluationException;
import org.springframework.expression.ExpressionException;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.BeanReference;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.FunctionReference;
import org.springframework.expression.spel.ast.Literal;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.Operator;
import org.springframework.expression.spel.ast.Projection;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.Selection;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.StandardEvaluationContext;

/**
 * An expression that gives the cost of a request to a route.
 */
final class RouteCostExpression {

	private static final Log logger = LogFactory.getLog(RouteCostExpression.class);

	private static final SpelExpressionParser PARSER = new SpelExpressionParser();

	private static final Set<String> NAMES = Set.of("request", "authentication");

	private static final Set<String> VARIABLES = Set.of("#root", "#this");

	private final SpelExpression parsed;

	private final String place;

	private final ThrottledErrors errors = new ThrottledErrors(logger::error);

	private RouteCostExpression(SpelExpression parsed, String place) {
		this.parsed = parsed;
		this.place = place;
	}

	/**
	 * Read an expression.
	 * @throws IllegalArgumentException if it is none, or could never give a cost; the
	 * message is a clause
	 */
	static RouteCostExpression parse(String text, String place) {
		SpelExpression parsed;
		try {
			parsed = PARSER.parseRaw(text);
		}
		catch (ExpressionException ex) {
			throw new IllegalArgumentException(
					"it is neither a whole number nor an expression: " + ex.toDetailedString(), ex);
		}
		SpelNode ast = parsed.getAST();
		requireKnown(ast);
		if (isConstant(ast)) {
			requireUsable(parsed);
		}
		return new RouteCostExpression(parsed, place);
	}

	/**
	 * Check that what the expression names is there: it would fail for each request.
	 */
	private static void requireKnown(SpelNode node) {
		if (node instanceof PropertyOrFieldReference property && !NAMES.contains(property.getName())) {
			throw new IllegalArgumentException(
					"it names '" + property.getName() + "', but sees only 'request' and 'authentication'");
		}
		boolean unknown = (node instanceof VariableReference && !VARIABLES.contains(node.toStringAST()))
				|| node instanceof BeanReference || node instanceof FunctionReference
				|| node instanceof MethodReference;
		if (unknown) {
			throw new IllegalArgumentException(
					"it names " + node.toStringAST() + ", but sees only 'request' and 'authentication'");
		}
		for (int i = 0; i < node.getChildCount(); i++) {
			SpelNode child = node.getChild(i);
			if (i > 0 && node instanceof CompoundExpression) {
				requireKnownIn(child);
			}
			else {
				requireKnown(child);
			}
		}
	}

	/**
	 * Check what a part names that is asked of what stands before it.
	 */
	private static void requireKnownIn(SpelNode part) {
		// Within a selection or projection names are those of its elements
		if (part instanceof Selection || part instanceof Projection) {
			return;
		}
		for (int i = 0; i < part.getChildCount(); i++) {
			requireKnown(part.getChild(i));
		}
	}

	private static boolean isConstant(SpelNode node) {
		if (!(node instanceof Literal || node instanceof Operator)) {
			return false;
		}
		for (int i = 0; i < node.getChildCount(); i++) {
			if (!isConstant(node.getChild(i))) {
				return false;
			}
		}
		return true;
	}

	private static void requireUsable(SpelExpression constant) {
		Object value;
		try {
			value = constant.getValue();
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
	long units(HttpServletRequest request, @Nullable Principal authentication) {
		try {
			Object value = this.parsed.getValue(new StandardEvaluationContext(new Root(request, authentication)));
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
		this.errors.report("The cost '" + this.parsed.getExpressionString() + "' of " + this.place + " " + problem
				+ "; the request is charged nothing", cause);
	}

	/**
	 * What the expression sees.
	 *
	 * @param getRequest the request
	 * @param getAuthentication who is calling
	 */
	record Root(HttpServletRequest getRequest, @Nullable Principal getAuthentication) {

	}

}
