package io.github.ratelimit.identity;

import java.security.Principal;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import org.springframework.expression.EvaluationException;
import org.springframework.expression.ExpressionException;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.Assign;
import org.springframework.expression.spel.ast.BeanReference;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.FunctionReference;
import org.springframework.expression.spel.ast.Literal;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.OpDec;
import org.springframework.expression.spel.ast.OpInc;
import org.springframework.expression.spel.ast.Operator;
import org.springframework.expression.spel.ast.Projection;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.Selection;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.StandardEvaluationContext;

/**
 * An expression over a caller: the {@code request} it made, and its
 * {@code authentication}. Safe for use by many threads.
 */
public final class CallerExpression {

	private static final SpelExpressionParser PARSER = new SpelExpressionParser();

	private static final Set<String> NAMES = Set.of("request", "authentication");

	private static final Set<String> VARIABLES = Set.of("#root", "#this");

	private final SpelExpression parsed;

	private CallerExpression(SpelExpression parsed) {
		this.parsed = parsed;
	}

	/**
	 * Read an expression.
	 * @param text the expression
	 * @return the expression
	 * @throws IllegalArgumentException if it is none, or names what is not there, so that
	 * it would fail for each request; the message is a clause
	 */
	public static CallerExpression parse(String text) {
		SpelExpression parsed;
		try {
			parsed = PARSER.parseRaw(text);
		}
		catch (ExpressionException ex) {
			throw new IllegalArgumentException("it is not an expression: " + ex.toDetailedString(), ex);
		}
		requireKnown(parsed.getAST());
		return new CallerExpression(parsed);
	}

	private static void requireKnown(SpelNode node) {
		if (node instanceof Assign || node instanceof OpInc || node instanceof OpDec) {
			throw new IllegalArgumentException("it assigns a value, " + node.toStringAST() + ", where == compares");
		}
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

	/**
	 * Return whether the expression gives the same for each caller.
	 * @return {@code true} if it is made of literals and operators alone
	 */
	public boolean isConstant() {
		return isConstant(this.parsed.getAST());
	}

	/**
	 * Return whether the expression sees the request, of which the caller says what it
	 * likes.
	 * @return {@code false} if it sees no more than the authentication
	 */
	public boolean seesRequest() {
		return sees(this.parsed.getAST());
	}

	private static boolean sees(SpelNode node) {
		if (node instanceof VariableReference
				|| (node instanceof PropertyOrFieldReference property && property.getName().equals("request"))) {
			return true;
		}
		for (int i = 0; i < node.getChildCount(); i++) {
			if (sees(node.getChild(i))) {
				return true;
			}
		}
		return false;
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

	/**
	 * Return what the expression gives.
	 * @param caller who is calling
	 * @return the value
	 * @throws EvaluationException if it cannot be evaluated; what the request or the
	 * authentication throws is thrown as it is
	 */
	public @Nullable Object value(Caller caller) {
		return this.parsed
			.getValue(new StandardEvaluationContext(new Root(caller.details().request(), caller.principal())));
	}

	/**
	 * Return what the expression gives, as text.
	 * @param caller who is calling
	 * @return the text, {@code null} if the value is
	 * @throws EvaluationException if it cannot be evaluated
	 * @throws IllegalStateException if the value is no text, number or the like, but
	 * something of which the next request gives another
	 */
	@Nullable String text(Caller caller) {
		Object value = value(caller);
		if (value == null || value instanceof CharSequence || value instanceof Number || value instanceof Boolean
				|| value instanceof Enum || value instanceof UUID) {
			return (value != null) ? value.toString() : null;
		}
		throw new IllegalStateException("It gives a " + value.getClass().getName() + ", which is no text");
	}

	/**
	 * Return the expression as it was written.
	 */
	@Override
	public String toString() {
		return this.parsed.getExpressionString();
	}

	/**
	 * What the expression sees.
	 *
	 * @param getRequest the request
	 * @param getAuthentication who is calling
	 */
	record Root(@Nullable Object getRequest, @Nullable Principal getAuthentication) {

	}

}
