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

	private final TierQuestion asked;

	/**
	 * Create an admission.
	 * @param asked what was asked, and the answer
	 */
	TierAdmission(TierQuestion asked) {
		this.asked = asked;
	}

	/**
	 * Return the refusal, which tells the limits of all calls and which of them refused.
	 * @return the decision, {@code null} if the calls may go on
	 */
	public @Nullable RateLimitDecision refusal() {
		return this.asked.refusal();
	}

	/**
	 * Return which calls were refused by themselves or at their gate, and not only with
	 * others.
	 * @return their indexes in order, at least one of a refusal
	 */
	public List<Integer> refused() {
		List<TierEntry> entries = this.asked.entries();
		List<Integer> refused = IntStream.range(0, entries.size())
			.filter(this.asked::refusedItself)
			.map((i) -> entries.get(i).call())
			.distinct()
			.sorted()
			.boxed()
			.toList();
		// A store of the application's may refuse and not say why
		return (refused.isEmpty() && refusal() != null) ? List.of(0) : refused;
	}

	/**
	 * Return what was decided for a call in its tier.
	 * @param call index of the call
	 * @return the decision; {@code null} if it was not asked for, since another was
	 * refused, or since a tier that is only watched does not know whose count it is
	 */
	public @Nullable RateLimitDecision decision(int call) {
		List<TierEntry> entries = this.asked.entries();
		for (int i = 0; i < entries.size(); i++) {
			if (entries.get(i).call() == call && entries.get(i).role() == TierEntry.Role.TIER) {
				return this.asked.decision(i);
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
		TierCharges charges = (calls.isEmpty()) ? null : this.asked.charges();
		if (charges != null) {
			List<TierEntry> entries = this.asked.entries();
			charges.cancel(IntStream.range(0, entries.size())
				.filter((i) -> !entries.get(i).role().gate() && calls.contains(entries.get(i).call()))
				.boxed()
				.collect(Collectors.toSet()));
		}
	}

}
