package io.github.ratelimit.aop;

import java.lang.reflect.Method;
import java.security.Principal;

import io.github.ratelimit.identity.Caller;
import org.jspecify.annotations.Nullable;

import org.springframework.context.expression.MethodBasedEvaluationContext;
import org.springframework.expression.EvaluationContext;

/**
 * A call of a limited method, in progress on one thread; once it is
 * {@linkplain #remember() remembered}, others may ask it too.
 */
final class RateLimitedCall implements ExpressionRoot {

	private final Object target;

	private final AnnotatedMethod annotated;

	private final @Nullable Object[] args;

	private final RateLimitedSurroundings surroundings;

	private @Nullable Caller caller;

	private @Nullable EvaluationContext context;

	private @Nullable Object request;

	private boolean remembered;

	RateLimitedCall(Object target, AnnotatedMethod annotated, @Nullable Object[] args,
			RateLimitedSurroundings surroundings) {
		this.target = target;
		this.annotated = annotated;
		this.args = args;
		this.surroundings = surroundings;
	}

	AnnotatedMethod annotated() {
		return this.annotated;
	}

	@Override
	public Object getTarget() {
		return this.target;
	}

	@Override
	public Method getMethod() {
		return this.annotated.method();
	}

	@Override
	public @Nullable Object[] getArgs() {
		return this.args;
	}

	@Override
	public @Nullable Principal getAuthentication() {
		return caller().principal();
	}

	@Override
	public @Nullable Object getRequest() {
		return (this.remembered) ? this.request : this.surroundings.request();
	}

	/**
	 * Return who is calling, found out once.
	 */
	Caller caller() {
		Caller caller = this.caller;
		if (caller == null) {
			caller = this.surroundings.caller();
			this.caller = caller;
		}
		return caller;
	}

	/**
	 * Return what expressions see, set up once.
	 */
	EvaluationContext context() {
		EvaluationContext context = this.context;
		if (context == null) {
			context = context(this);
			this.context = context;
		}
		return context;
	}

	/**
	 * Return what expressions see of a root.
	 */
	EvaluationContext context(ExpressionRoot root) {
		MethodBasedEvaluationContext created = new MethodBasedEvaluationContext(root, this.annotated.named(), this.args,
				AnnotatedMethod.PARAMETER_NAMES);
		this.surroundings.expressionSupport().applyDelegatesTo(created);
		return created;
	}

	/**
	 * Remember what only this thread knows, for expressions on others and later.
	 */
	void remember() {
		caller();
		this.request = this.surroundings.request();
		this.remembered = true;
	}

}
