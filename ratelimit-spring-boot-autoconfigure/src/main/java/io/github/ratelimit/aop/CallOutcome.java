package io.github.ratelimit.aop;

import java.lang.reflect.Method;
import java.security.Principal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.expression.EvaluationContext;

/**
 * What came of a call, as expressions see it that say whether it is charged. Immutable.
 *
 * @param call the call
 * @param getResult what the method has returned, or its stage was completed with;
 * {@code null} if it threw
 * @param getException what it threw, {@code null} if it did not
 * @param getStatus status of the HTTP response, {@code null} if there is none
 */
record CallOutcome(RateLimitedCall call, @Nullable Object getResult, @Nullable Throwable getException,
		@Nullable Integer getStatus) implements ExpressionRoot {

	CallOutcome withStatus(int status) {
		return new CallOutcome(this.call, this.getResult, this.getException, status);
	}

	/**
	 * Return what expressions see: the parts of the outcome are variables too, so that it
	 * does not matter how they are written, but a parameter of that name is what it says.
	 */
	EvaluationContext context() {
		EvaluationContext context = this.call.context(this);
		List<String> parameters = this.call.annotated().parameterNames();
		Map<String, @Nullable Object> parts = new HashMap<>();
		parts.put("result", this.getResult);
		parts.put("exception", this.getException);
		parts.put("status", this.getStatus);
		parts.keySet().removeAll(parameters);
		parts.forEach(context::setVariable);
		return context;
	}

	@Override
	public Object getTarget() {
		return this.call.getTarget();
	}

	@Override
	public Method getMethod() {
		return this.call.getMethod();
	}

	@Override
	public @Nullable Object[] getArgs() {
		return this.call.getArgs();
	}

	@Override
	public @Nullable Principal getAuthentication() {
		return this.call.getAuthentication();
	}

	@Override
	public @Nullable Object getRequest() {
		return this.call.getRequest();
	}

}
