package io.github.ratelimit.tier;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

import io.github.ratelimit.RateLimitDecision;
import org.jspecify.annotations.Nullable;

/**
 * What was decided for calls that came in together: all may go on, or none. Safe for use
 * by many threads.
 */
public final class TierAdmission {

	private final List<CallDecision> calls;

	private final @Nullable RateLimitDecision refusal;

	private final @Nullable TierCharges charges;

	/**
	 * Create an admission.
	 * @param calls what was decided for each call, in their order
	 * @param refusal the decision on all together if it is a refusal
	 * @param charges what was charged now, {@code null} if nothing was
	 */
	TierAdmission(List<CallDecision> calls, @Nullable RateLimitDecision refusal, @Nullable TierCharges charges) {
		this.calls = List.copyOf(calls);
		this.refusal = refusal;
		this.charges = charges;
	}

	/**
	 * Return the refusal, which tells the limits of all calls and which of them refused.
	 * @return the decision, {@code null} if the calls may go on
	 */
	public @Nullable RateLimitDecision refusal() {
		return this.refusal;
	}

	/**
	 * Return which calls were refused by themselves, and not only with others.
	 * @return their indexes in order, at least one of a refusal
	 */
	public List<Integer> refused() {
		List<Integer> refused = IntStream.range(0, this.calls.size())
			.filter((i) -> this.calls.get(i).refusedItself())
			.boxed()
			.toList();
		// A store of the application's may refuse and not say why
		return (refused.isEmpty() && this.refusal != null) ? List.of(0) : refused;
	}

	/**
	 * Return what was decided for a call.
	 * @param call index of the call
	 * @return the decision; {@code null} if it was not asked for, since another was
	 * refused
	 */
	public @Nullable RateLimitDecision decision(int call) {
		return this.calls.get(call).decision();
	}

	/**
	 * Give back what was charged for some of the calls, without waiting. What a route had
	 * charged before stays charged. Works once; an error of the store leaves the charge
	 * as it is.
	 * @param calls indexes of the calls
	 */
	public void cancel(Set<Integer> calls) {
		if (this.charges != null && !calls.isEmpty()) {
			this.charges.cancel(calls);
		}
	}

	/**
	 * What was decided for one call.
	 *
	 * @param decision the decision, {@code null} if it was not asked for
	 * @param refusedItself whether the call is one of those that refused
	 */
	record CallDecision(@Nullable RateLimitDecision decision, boolean refusedItself) {

	}

}
