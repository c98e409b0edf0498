package io.github.ratelimit.aop;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.tier.RequestDecisions;
import io.github.ratelimit.tier.TierAdmission;
import io.github.ratelimit.tier.TierCall;
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
		List<RateLimitedOperation> operations = method.operations()
			.stream()
			.filter((operation) -> operation.isLimited(call))
			.toList();
		if (operations.isEmpty()) {
			return invocation.proceed();
		}
		List<TierCall> asked = operations.stream().map((operation) -> operation.tierCall(call)).toList();
		RequestDecisions request = surroundings.decisions();
		TierAdmission admission = surroundings.gate().enterMethod(asked, request);
		RateLimitDecision refusal = admission.refusal();
		if (refusal != null) {
			return refuse(call, method, admission.refused().stream().map(operations::get).toList(), refusal);
		}
		return PendingCharges.proceed(invocation, call, operations, admission, request);
	}

	/**
	 * Answer a refused call by what the first that refuses and has an answer says, in the
	 * name of the first that refuses.
	 */
	private static @Nullable Object refuse(RateLimitedCall call, RateLimitedMethod method,
			List<RateLimitedOperation> refused, RateLimitDecision decision) throws Throwable {
		RateLimitExceededException refusal = new RateLimitExceededException(refused.get(0).tier(), decision);
		for (RateLimitedOperation operation : refused) {
			if (operation.fallback() != null) {
				return operation.fallback().invoke(call.getTarget(), call.getArgs(), refusal);
			}
		}
		if (method.returnsStage()) {
			return CompletableFuture.failedFuture(refusal);
		}
		throw refusal;
	}

}
