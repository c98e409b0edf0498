package io.github.ratelimit.aop;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.Indexer;
import org.springframework.expression.spel.ast.InlineMap;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.Projection;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.Selection;
import org.springframework.expression.spel.ast.StringLiteral;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.util.StringUtils;

/**
 * Finds which parts of what came of a call an expression looks at: all of them if that
 * cannot be told.
 */
final class OutcomeParts {

	/**
	 * The parts, which are properties of {@link CallOutcome} and variables.
	 */
	static final Set<String> ALL = Set.of("result", "exception", "status");

	private static final Set<String> OTHERS = Set.of("target", "method", "args", "authentication", "request");

	private final List<String> parameters;

	private final Set<String> found = new TreeSet<>();

	private OutcomeParts(List<String> parameters) {
		this.parameters = parameters;
	}

	static Set<String> of(SpelNode expression, AnnotatedMethod annotated) {
		OutcomeParts parts = new OutcomeParts(annotated.parameterNames());
		parts.find(expression, true);
		return parts.found;
	}

	/**
	 * Find the parts in a node.
	 * @param ofRoot whether what is asked of nothing is asked of the outcome, and not of
	 * the elements of a selection or projection
	 */
	private void find(SpelNode node, boolean ofRoot) {
		if (node instanceof CompoundExpression) {
			findInChain(node, ofRoot);
		}
		else if (node instanceof VariableReference) {
			findVariable(node.toStringAST().substring(1), ofRoot);
		}
		else {
			if (ofRoot) {
				findAsked(node);
			}
			findInChildren(node, ofRoot);
		}
	}

	private void findInChain(SpelNode chain, boolean ofRoot) {
		int next = 1;
		if (isRoot(chain.getChild(0), ofRoot)) {
			findAsked(chain.getChild(1));
			findInChildren(chain.getChild(1), ofRoot);
			next = 2;
		}
		else {
			find(chain.getChild(0), ofRoot);
		}
		// What another object calls so is another thing
		for (int i = next; i < chain.getChildCount(); i++) {
			findInChildren(chain.getChild(i), ofRoot);
		}
	}

	/**
	 * Return whether a node is what is asked where nothing is named.
	 */
	static boolean isRoot(SpelNode node, boolean ofRoot) {
		return node instanceof VariableReference
				&& (node.toStringAST().equals("#root") || (ofRoot && node.toStringAST().equals("#this")));
	}

	private void findInChildren(SpelNode node, boolean ofRoot) {
		boolean ofElements = node instanceof Selection || node instanceof Projection;
		for (int i = 0; i < node.getChildCount(); i++) {
			SpelNode child = node.getChild(i);
			boolean isKey = node instanceof InlineMap && i % 2 == 0 && child instanceof PropertyOrFieldReference;
			if (!isKey) {
				find(child, ofRoot && !ofElements);
			}
		}
	}

	private void findVariable(String name, boolean ofRoot) {
		if (name.equals("root") || (ofRoot && name.equals("this"))) {
			this.found.addAll(ALL);
		}
		else if (ALL.contains(name) && !this.parameters.contains(name)) {
			this.found.add(name);
		}
	}

	/**
	 * Find what a node asks the outcome for.
	 */
	private void findAsked(SpelNode node) {
		if (node instanceof PropertyOrFieldReference property) {
			findProperty(property.getName());
		}
		else if (node instanceof MethodReference method) {
			findProperty(method.getName());
		}
		else if (node instanceof Indexer && node.getChild(0) instanceof StringLiteral name) {
			findProperty(String.valueOf(name.getLiteralValue().getValue()));
		}
		else if (node instanceof Indexer || node instanceof Selection || node instanceof Projection) {
			this.found.addAll(ALL);
		}
	}

	private void findProperty(String asked) {
		String name = StringUtils.uncapitalize((asked.startsWith("get")) ? asked.substring(3) : asked);
		if (ALL.contains(name)) {
			this.found.add(name);
		}
		else if (!OTHERS.contains(name)) {
			this.found.addAll(ALL);
		}
	}

}
