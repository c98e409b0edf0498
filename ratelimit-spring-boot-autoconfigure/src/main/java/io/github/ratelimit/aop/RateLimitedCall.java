package io.github.ratelimit.aop;

import java.lang.reflect.Method;
import java.security.Principal;

import io.github.ratelimit.identity.Caller;
import org.jspecify.annotations.Nullable;

import org.springframework.context.expression.MethodBasedEvaluationContext;
import org.springframework.expression.EvaluationContext;

/**
 * A call of a limited method, in progress on one thread.
 */
final class RateLimitedCall implements ExpressionRoot {

	private final Object target;

	private final Method method;

	private final @Nullable Object[] args;

	private final RateLimitedSurroundings surroundings;

	private @Nullable Caller caller;

	private @Nullable Method contextMethod;

	private @Nullable EvaluationContext context;

	RateLimitedCall(Object target, Method method, @Nullable Object[] args, RateLimitedSurroundings surroundings) {
		this.target = target;
		this.method = method;
		this.args = args;
		this.surroundings = surroundings;
	}

	@Override
	public Object getTarget() {
		return this.target;
	}

	@Override
	public Method getMethod() {
		return this.method;
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
		return this.surroundings.request();
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
	 * Return what expressions see that are written at the given method.
	 */
	EvaluationContext context(AnnotatedMethod annotated) {
		Method named = annotated.named();
		EvaluationContext context = this.context;
		if (context == null || !named.equals(this.contextMethod)) {
			MethodBasedEvaluationContext created = new MethodBasedEvaluationContext(this, named, this.args,
					AnnotatedMethod.PARAMETER_NAMES);
			this.surroundings.expressionSupport().applyDelegatesTo(created);
			this.contextMethod = named;
			this.context = created;
			context = created;
		}
		return context;
	}

}
