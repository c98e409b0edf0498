package io.github.ratelimit.aop;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.Assign;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.FunctionReference;
import org.springframework.expression.spel.ast.Indexer;
import org.springframework.expression.spel.ast.InlineMap;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.OpDec;
import org.springframework.expression.spel.ast.OpInc;
import org.springframework.expression.spel.ast.Projection;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.Selection;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.util.StringUtils;

/**
 * Checks what an expression names when it is read: a name of nothing would fail in each
 * call, and a variable that is none would be {@code null} there.
 */
final class ExpressionNames {

	private static final Set<String> SEEN = Set.of("target", "method", "args", "authentication", "request");

	private final String attribute;

	private final SpelExpression parsed;

	private final AnnotatedMethod annotated;

	private final List<String> parameters;

	private final Set<String> properties = new TreeSet<>(SEEN);

	private final Set<String> variables = new TreeSet<>(Set.of("root", "this"));

	private ExpressionNames(String attribute, SpelExpression parsed, AnnotatedMethod annotated) {
		this.attribute = attribute;
		this.parsed = parsed;
		this.annotated = annotated;
		this.parameters = annotated.parameterNames();
		this.variables.addAll(this.parameters);
		for (int i = 0; i < parameterCount(); i++) {
			this.variables.add("a" + i);
			this.variables.add("p" + i);
		}
		if (attribute.equals("charge")) {
			this.properties.addAll(OutcomeParts.ALL);
			this.variables.addAll(OutcomeParts.ALL);
		}
	}

	/**
	 * Check an expression.
	 * @throws InvalidRateLimitedException if it names what is not there, or assigns a
	 * value
	 */
	static void check(String attribute, SpelExpression parsed, AnnotatedMethod annotated) {
		new ExpressionNames(attribute, parsed, annotated).check(parsed.getAST(), true);
	}

	/**
	 * Check a node.
	 * @param ofRoot whether what is asked of nothing is asked of the call, and not of the
	 * elements of a selection or projection
	 */
	private void check(SpelNode node, boolean ofRoot) {
		if (node instanceof Assign || node instanceof OpInc || node instanceof OpDec) {
			throw new InvalidRateLimitedException(describe() + " assigns a value: " + node.toStringAST() + ".",
					"Write == to compare. An expression looks at a call and changes nothing.");
		}
		if (node instanceof CompoundExpression) {
			checkChain(node, ofRoot);
			return;
		}
		if (node instanceof VariableReference) {
			checkVariable(node.toStringAST().substring(1));
		}
		else if (node instanceof FunctionReference) {
			String call = node.toStringAST();
			checkVariable(call.substring(1, call.indexOf('(')));
		}
		else if (ofRoot) {
			checkAsked(node);
		}
		checkChildren(node, ofRoot);
	}

	private void checkChain(SpelNode chain, boolean ofRoot) {
		check(chain.getChild(0), ofRoot);
		if (OutcomeParts.isRoot(chain.getChild(0), ofRoot)) {
			checkAsked(chain.getChild(1));
		}
		for (int i = 1; i < chain.getChildCount(); i++) {
			checkChildren(chain.getChild(i), ofRoot);
		}
	}

	private void checkChildren(SpelNode node, boolean ofRoot) {
		boolean ofElements = node instanceof Selection || node instanceof Projection;
		for (int i = 0; i < node.getChildCount(); i++) {
			SpelNode child = node.getChild(i);
			boolean isKey = child instanceof PropertyOrFieldReference
					&& (node instanceof Indexer || (node instanceof InlineMap && i % 2 == 0));
			if (!isKey) {
				check(child, ofRoot && !ofElements);
			}
		}
	}

	/**
	 * Check what a node asks the call for.
	 */
	private void checkAsked(SpelNode node) {
		if (node instanceof PropertyOrFieldReference property
				&& !this.properties.contains(StringUtils.uncapitalize(property.getName()))) {
			throw unknown(property.getName());
		}
		if (node instanceof MethodReference method && !isGetter(method.getName())) {
			throw unknown(method.getName() + "()");
		}
	}

	private boolean isGetter(String name) {
		return name.startsWith("get") && this.properties.contains(StringUtils.uncapitalize(name.substring(3)));
	}

	private void checkVariable(String name) {
		// What holds for a class may well name parameters that only some methods have.
		if (this.annotated.isAnnotatedItself() && !this.variables.contains(name)) {
			throw new InvalidRateLimitedException(
					describe() + " names #" + name + ", which is not a parameter of the method.", parametersRemedy());
		}
	}

	private InvalidRateLimitedException unknown(String name) {
		String problem = describe() + " names " + name + ", which there is not.";
		if (this.variables.contains(name)) {
			return new InvalidRateLimitedException(problem, "Did you mean '#" + name + "'?");
		}
		List<String> seen = new ArrayList<>((this.attribute.equals("charge"))
				? List.of("result", "exception", "status", "authentication", "request")
				: List.of("authentication", "request"));
		this.parameters.forEach((parameter) -> seen.add("#" + parameter));
		return new InvalidRateLimitedException(problem,
				"It sees " + String.join(", ", seen) + ", and beans as @name; text stands in single quotes.");
	}

	private String describe() {
		return "The " + this.attribute + " '" + this.parsed.getExpressionString() + "' of " + this.annotated;
	}

	private int parameterCount() {
		return this.annotated.method().getParameterCount();
	}

	private String parametersRemedy() {
		if (parameterCount() == 0) {
			return "The method has no parameters.";
		}
		if (this.parameters.isEmpty()) {
			return "The names of its parameters are not known: compile with -parameters, or write #a0 for the first.";
		}
		return "Its parameters are #" + String.join(", #", this.parameters) + ".";
	}

}
