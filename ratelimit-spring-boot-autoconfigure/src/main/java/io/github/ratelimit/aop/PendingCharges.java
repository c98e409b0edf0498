package io.github.ratelimit.aop;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
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

	private CallOutcome outcome;

	private boolean over;

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
			this.request.whenResponded(this::responded);
		}
		Object result;
		try {
			result = invocation.proceed();
		}
		catch (Throwable ex) {
			over(null, ex);
			throw ex;
		}
		if (!(result instanceof CompletionStage<?> stage)) {
			over(result, null);
			return result;
		}
		Class<?> declared = this.outcome.call().annotated().stageType();
		if (declared == null) {
			stage.whenComplete((value, error) -> over(value, cause(error)));
			return result;
		}
		return decidedFirst(stage, declared);
	}

	/**
	 * Return a stage that completes as the given one does, once the charges are decided:
	 * what depends on it may call again. Completing it completes the given one too.
	 */
	private <T> CompletionStage<T> decidedFirst(CompletionStage<T> stage, Class<?> declared) {
		CompletableFuture<T> future = (stage instanceof CompletableFuture<T> itself) ? itself : null;
		CompletableFuture<T> returned = (future != null && declared == CompletableFuture.class)
				? future.newIncompleteFuture() : new CompletableFuture<>();
		CompletionStage<T> result = returned;
		if (future != null) {
			result.whenComplete((value, error) -> {
				if (error instanceof CancellationException) {
					future.cancel(true);
				}
				else {
					complete(future, value, error);
				}
			});
		}
		stage.whenComplete((value, error) -> {
			try {
				over(value, cause(error));
			}
			finally {
				complete(returned, value, error);
			}
		});
		return result;
	}

	private static <T> void complete(CompletableFuture<T> future, @Nullable T value, @Nullable Throwable error) {
		if (error != null) {
			future.completeExceptionally(error);
		}
		else {
			future.complete(value);
		}
	}

	private static boolean isOfStatus(RateLimitedOperation operation) {
		return operation.charge() != null && operation.charge().ofStatus();
	}

	private static @Nullable Throwable cause(@Nullable Throwable error) {
		return (error instanceof CompletionException && error.getCause() != null) ? error.getCause() : error;
	}

	private synchronized void over(@Nullable Object result, @Nullable Throwable exception) {
		this.outcome = new CallOutcome(this.outcome.call(), result, exception, this.outcome.getStatus());
		this.over = true;
		decide();
	}

	private synchronized void responded(int status) {
		this.outcome = this.outcome.withStatus(status);
		decide();
	}

	/**
	 * Decide what can be decided now. Of an asynchronous call either may come first, the
	 * response or the news of what it was made of.
	 */
	private void decide() {
		for (int i = 0; i < this.operations.size(); i++) {
			RateLimitedCharge charge = this.operations.get(i).charge();
			if (charge != null && isKnown(charge) && this.undecided.remove(i) && !charge.isKept(this.outcome)) {
				this.canceled.add(i);
			}
		}
		if (this.undecided.isEmpty()) {
			this.admission.cancel(this.canceled);
		}
	}

	private boolean isKnown(RateLimitedCharge charge) {
		if (charge.ofStatus() && this.request != null && this.outcome.getStatus() == null) {
			return false;
		}
		return this.over || (!charge.ofMethod() && this.request != null);
	}

}
