package io.github.ratelimit.aop;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

import io.github.ratelimit.tier.RequestDecisions;
import io.github.ratelimit.tier.TierAdmission;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Charges of a call of which some are given back when it is known what came of it. They
 * are all made before the call, so that calls at the same time cannot exceed the limit,
 * and given back together when the last of them is decided.
 */
final class PendingCharges {

	private final List<RateLimitedOperation> operations;

	private final TierAdmission admission;

	private final @Nullable RequestDecisions request;

	private final Set<Integer> undecided = new HashSet<>(2);

	private final Set<Integer> canceled = new HashSet<>(2);

	private volatile CallOutcome outcome;

	private PendingCharges(RateLimitedCall call, List<RateLimitedOperation> operations, TierAdmission admission,
			@Nullable RequestDecisions request) {
		this.operations = operations;
		this.admission = admission;
		this.request = request;
		this.outcome = new CallOutcome(call, null, null, null);
		for (int i = 0; i < operations.size(); i++) {
			if (operations.get(i).charge() != null) {
				this.undecided.add(i);
			}
		}
	}

	/**
	 * Make an admitted call.
	 * @param operations what was charged, in the order of the admission
	 * @param request the HTTP request in progress, {@code null} if there is none
	 * @return what the method returns
	 */
	static @Nullable Object proceed(MethodInvocation invocation, RateLimitedCall call,
			List<RateLimitedOperation> operations, TierAdmission admission, @Nullable RequestDecisions request)
			throws Throwable {
		if (operations.stream().allMatch((operation) -> operation.charge() == null)) {
			return invocation.proceed();
		}
		call.remember();
		return new PendingCharges(call, operations, admission, request).proceed(invocation);
	}

	private @Nullable Object proceed(MethodInvocation invocation) throws Throwable {
		if (this.request != null && this.operations.stream().anyMatch(PendingCharges::isOfStatus)) {
			// Known from here on, should the response be complete before the method is
			this.request.whenResponded((status) -> decide(true, this.outcome.withStatus(status)));
		}
		Object result;
		try {
			result = invocation.proceed();
		}
		catch (Throwable ex) {
			over(null, ex);
			throw ex;
		}
		if (result instanceof CompletionStage<?> stage) {
			stage.whenComplete((value, error) -> over(value, cause(error)));
		}
		else {
			over(result, null);
		}
		return result;
	}

	private static boolean isOfStatus(RateLimitedOperation operation) {
		return operation.charge() != null && operation.charge().ofStatus();
	}

	private static @Nullable Throwable cause(@Nullable Throwable error) {
		return (error instanceof CompletionException && error.getCause() != null) ? error.getCause() : error;
	}

	private void over(@Nullable Object result, @Nullable Throwable exception) {
		CallOutcome outcome = new CallOutcome(this.outcome.call(), result, exception, null);
		this.outcome = outcome;
		decide(false, outcome);
	}

	/**
	 * Decide what can be decided now.
	 * @param responded whether the response is complete, and not only the method
	 */
	private synchronized void decide(boolean responded, CallOutcome outcome) {
		for (int i = 0; i < this.operations.size(); i++) {
			RateLimitedCharge charge = this.operations.get(i).charge();
			if (charge != null && (charge.ofStatus() && this.request != null) == responded && this.undecided.remove(i)
					&& !charge.isKept(outcome)) {
				this.canceled.add(i);
			}
		}
		if (this.undecided.isEmpty()) {
			this.admission.cancel(this.canceled);
		}
	}

}
