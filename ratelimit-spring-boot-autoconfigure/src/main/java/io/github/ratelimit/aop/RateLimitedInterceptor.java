package io.github.ratelimit.aop;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitExceededException;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Lets calls of limited methods pass, or refuses them. Decides on the thread of the call,
 * waiting for the store.
 */
final class RateLimitedInterceptor implements MethodInterceptor {

	private final RateLimitedClasses classes;

	private final Supplier<RateLimitedSurroundings> surroundings;

	RateLimitedInterceptor(RateLimitedClasses classes, Supplier<RateLimitedSurroundings> surroundings) {
		this.classes = classes;
		this.surroundings = surroundings;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Object target = Objects.requireNonNull(invocation.getThis());
		RateLimitedMethod method = this.classes.find(invocation.getMethod(), target.getClass());
		if (method == null) {
			return invocation.proceed();
		}
		RateLimitedSurroundings surroundings = this.surroundings.get();
		RateLimitedCall call = new RateLimitedCall(target, method.annotated(), invocation.getArguments(), surroundings);
		for (RateLimitedOperation operation : method.operations()) {
			RateLimitDecision decision = operation.decide(call, surroundings);
			if (decision != null && !decision.allowed()) {
				return refuse(call, method, operation, decision);
			}
		}
		return invocation.proceed();
	}

	private static @Nullable Object refuse(RateLimitedCall call, RateLimitedMethod method,
			RateLimitedOperation operation, RateLimitDecision decision) throws Throwable {
		RateLimitExceededException refusal = new RateLimitExceededException(operation.tier(), decision);
		if (operation.fallback() != null) {
			return operation.fallback().invoke(call.getTarget(), call.getArgs(), refusal);
		}
		if (method.returnsStage()) {
			return CompletableFuture.failedFuture(refusal);
		}
		throw refusal;
	}

}
