package io.github.ratelimit.aop;

import java.lang.reflect.Method;
import java.security.Principal;

import org.jspecify.annotations.Nullable;

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
