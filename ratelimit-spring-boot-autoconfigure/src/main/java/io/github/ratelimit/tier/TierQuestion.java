package io.github.ratelimit.tier;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

import io.github.ratelimit.Acquisition;
import io.github.ratelimit.JointDecision;
import io.github.ratelimit.JointRateLimiter;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.tier.RequestDecisions.TierDecision;
import org.jspecify.annotations.Nullable;

/**
 * What was asked of the limiters for some calls, all at once, and what they answered.
 */
final class TierQuestion {

	private final List<TierEntry> entries;

	private final @Nullable JointDecision answer;

	/**
	 * For each part of the answer the index of its entry.
	 */
	private final int[] entryOfPart;

	private final JointDecision.@Nullable Part[] partOfEntry;

	/**
	 * Create a question.
	 * @param asked what was asked for each entry, {@code null} for one that is paid
	 */
	private TierQuestion(List<TierEntry> entries, @Nullable JointDecision answer, @Nullable Acquisition[] asked) {
		this.entries = entries;
		this.answer = answer;
		this.partOfEntry = new JointDecision.Part[entries.size()];
		List<JointDecision.Part> parts = (answer != null) ? answer.parts() : List.of();
		this.entryOfPart = new int[parts.size()];
		for (int i = 0; i < this.entryOfPart.length; i++) {
			int entry = indexOf(parts.get(i).acquisition(), asked);
			this.entryOfPart[i] = entry;
			this.partOfEntry[entry] = parts.get(i);
		}
	}

	/**
	 * Find an acquisition, by identity: two calls may ask for the same.
	 */
	private static int indexOf(Acquisition acquisition, @Nullable Acquisition[] asked) {
		for (int i = 0; i < asked.length; i++) {
			if (asked[i] == acquisition) {
				return i;
			}
		}
		throw new IllegalStateException("What was not asked for is answered: " + acquisition);
	}

	/**
	 * Ask for what is not paid yet, and wait for the answer.
	 */
	static TierQuestion ask(JointRateLimiter limiter, List<TierEntry> entries) {
		return ask(entries, limiter::tryAcquire);
	}

	/**
	 * Ask for what is not paid yet, wait for the answer, and tell nobody.
	 */
	static TierQuestion askUntold(JointRateLimiter limiter, List<TierEntry> entries) {
		return ask(entries, limiter::tryAcquireUntold);
	}

	private static TierQuestion ask(List<TierEntry> entries, Function<List<Acquisition>, JointDecision> limiter) {
		@Nullable Acquisition[] asked = new Acquisition[entries.size()];
		List<Acquisition> owed = new ArrayList<>(asked.length);
		for (int i = 0; i < asked.length; i++) {
			TierEntry entry = entries.get(i);
			if (!entry.isPaid()) {
				Acquisition acquisition = entry.acquisition();
				asked[i] = acquisition;
				owed.add(acquisition);
			}
		}
		return new TierQuestion(entries, (owed.isEmpty()) ? null : limiter.apply(owed), asked);
	}

	/**
	 * Return what was asked in each tier, for calls, at their gates, and by rules that
	 * are only watched.
	 */
	List<TierEntry> entries() {
		return this.entries;
	}

	/**
	 * Tell who listens.
	 */
	void tell(JointRateLimiter limiter, long elapsedNanos) {
		if (this.answer != null) {
			limiter.tell(this.answer, elapsedNanos);
		}
	}

	boolean allowed() {
		return this.answer == null || this.answer.whole().allowed();
	}

	/**
	 * Return what was charged, {@code null} if nothing was asked.
	 */
	@Nullable TierCharges charges(JointRateLimiter limiter) {
		return (this.answer != null && allowed()) ? new TierCharges(limiter, this.answer, this.entryOfPart) : null;
	}

	/**
	 * Return what was decided now.
	 */
	List<TierDecision> decisions() {
		List<TierDecision> decisions = new ArrayList<>(this.partOfEntry.length);
		for (JointDecision.Part part : this.partOfEntry) {
			if (part != null && !part.acquisition().beside()) {
				decisions.add(new TierDecision(part.acquisition().settings().name(), part.decision()));
			}
		}
		return Collections.unmodifiableList(decisions);
	}

	/**
	 * Return what was decided for an entry.
	 * @return the decision, {@code null} if it was not asked for and is not paid
	 */
	@Nullable RateLimitDecision decision(int entry) {
		JointDecision.Part part = this.partOfEntry[entry];
		if (part != null) {
			return part.decision();
		}
		RouteCredit.Prepaid prepaid = this.entries.get(entry).prepaid();
		return (prepaid != null) ? prepaid.decision() : null;
	}

	/**
	 * Return whether an entry is one of those that refused.
	 */
	boolean refusedItself(int entry) {
		JointDecision.Part part = this.partOfEntry[entry];
		return part != null && part.refusedItself();
	}

	/**
	 * Return the refusal of all together, {@code null} if nothing is refused.
	 */
	@Nullable RateLimitDecision refusal() {
		return (this.answer != null && !allowed()) ? this.answer.whole() : null;
	}

}
