package io.github.ratelimit.tier;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.ratelimit.RateLimitDecision;
import org.jspecify.annotations.Nullable;

/**
 * What was decided for calls that came in together: all may go on, or none. Safe for use
 * by many threads.
 */
public final class TierAdmission {

	private final List<EntryDecision> entries;

	private final @Nullable RateLimitDecision refusal;

	private final @Nullable TierCharges charges;

	/**
	 * Create an admission.
	 * @param entries what was decided in each tier, for calls, at their gates, and of
	 * rules that are only watched
	 * @param refusal the decision on all together if it is a refusal
	 * @param charges what was charged now, {@code null} if nothing was
	 */
	TierAdmission(List<EntryDecision> entries, @Nullable RateLimitDecision refusal, @Nullable TierCharges charges) {
		this.entries = List.copyOf(entries);
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
	 * Return which calls were refused by themselves or at their gate, and not only with
	 * others.
	 * @return their indexes in order, at least one of a refusal
	 */
	public List<Integer> refused() {
		List<Integer> refused = this.entries.stream()
			.filter(EntryDecision::refusedItself)
			.map(EntryDecision::call)
			.distinct()
			.sorted()
			.toList();
		// A store of the application's may refuse and not say why
		return (refused.isEmpty() && this.refusal != null) ? List.of(0) : refused;
	}

	/**
	 * Return what was decided for a call in its tier.
	 * @param call index of the call
	 * @return the decision; {@code null} if it was not asked for, since another was
	 * refused, or since a tier that is only watched does not know whose count it is
	 */
	public @Nullable RateLimitDecision decision(int call) {
		for (EntryDecision entry : this.entries) {
			if (entry.call() == call && entry.role() == TierEntry.Role.TIER) {
				return entry.decision();
			}
		}
		return null;
	}

	/**
	 * Give back what was charged for some of the calls, without waiting. What a route had
	 * charged before stays charged, and so do gates, which count that there was a
	 * request. Works once; an error of the store leaves the charge as it is.
	 * @param calls indexes of the calls
	 */
	public void cancel(Set<Integer> calls) {
		if (this.charges != null && !calls.isEmpty()) {
			this.charges.cancel(IntStream.range(0, this.entries.size())
				.filter((i) -> !this.entries.get(i).role().gate() && calls.contains(this.entries.get(i).call()))
				.boxed()
				.collect(Collectors.toSet()));
		}
	}

	/**
	 * What was decided for a call in one tier.
	 *
	 * @param call index of the call
	 * @param role what the entry is to the call
	 * @param decision the decision, {@code null} if it was not asked for
	 * @param refusedItself whether it is one of those that refused
	 */
	record EntryDecision(int call, TierEntry.Role role, @Nullable RateLimitDecision decision, boolean refusedItself) {

	}

}
