package io.github.ratelimit.tier;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

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

	private final JointRateLimiter limiter;

	private final List<TierEntry> entries;

	/**
	 * What was asked for each entry, {@code null} for one that is paid. Found again by
	 * identity: two calls may ask for the same.
	 */
	private final @Nullable Acquisition[] asked;

	private final @Nullable JointDecision answer;

	/**
	 * What was charged, made for who asks: most requests end without.
	 */
	private @Nullable TierCharges charges;

	private TierQuestion(JointRateLimiter limiter, List<TierEntry> entries, @Nullable Acquisition[] asked,
			@Nullable JointDecision answer) {
		this.limiter = limiter;
		this.entries = entries;
		this.asked = asked;
		this.answer = answer;
	}

	/**
	 * Ask for what is not paid yet, and wait for the answer.
	 */
	static TierQuestion ask(JointRateLimiter limiter, List<TierEntry> entries) {
		return ask(limiter, entries, true);
	}

	/**
	 * Ask for what is not paid yet, wait for the answer, and tell nobody.
	 */
	static TierQuestion askUntold(JointRateLimiter limiter, List<TierEntry> entries) {
		return ask(limiter, entries, false);
	}

	private static TierQuestion ask(JointRateLimiter limiter, List<TierEntry> entries, boolean told) {
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
		JointDecision answer = null;
		if (!owed.isEmpty()) {
			answer = (told) ? limiter.tryAcquire(owed) : limiter.tryAcquireUntold(owed);
		}
		return new TierQuestion(limiter, entries, asked, answer);
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
	void tell(long elapsedNanos) {
		if (this.answer != null) {
			this.limiter.tell(this.answer, elapsedNanos);
		}
	}

	boolean allowed() {
		return this.answer == null || this.answer.whole().allowed();
	}

	/**
	 * Return whether something was charged.
	 */
	boolean isCharged() {
		return this.answer != null && allowed();
	}

	/**
	 * Return what was charged, {@code null} if nothing was.
	 */
	synchronized @Nullable TierCharges charges() {
		if (this.charges == null && this.answer != null && allowed()) {
			this.charges = new TierCharges(this.limiter, this.answer, entries(this.answer));
		}
		return this.charges;
	}

	/**
	 * Return for each part of the answer the index of its entry.
	 */
	private int[] entries(JointDecision answer) {
		int[] indexes = new int[answer.parts().size()];
		for (int i = 0; i < this.asked.length; i++) {
			for (int part = 0; part < indexes.length; part++) {
				if (this.asked[i] == answer.parts().get(part).acquisition()) {
					indexes[part] = i;
				}
			}
		}
		return indexes;
	}

	/**
	 * Return what was decided now.
	 */
	List<TierDecision> decisions() {
		if (this.answer == null) {
			return List.of();
		}
		List<JointDecision.Part> parts = this.answer.parts();
		if (parts.size() == 1) {
			return (parts.get(0).acquisition().beside()) ? List.of() : List.of(decision(parts.get(0)));
		}
		List<TierDecision> decisions = new ArrayList<>(this.asked.length);
		for (int i = 0; i < this.asked.length; i++) {
			JointDecision.Part part = part(i);
			if (part != null && !part.acquisition().beside()) {
				decisions.add(decision(part));
			}
		}
		return Collections.unmodifiableList(decisions);
	}

	private static TierDecision decision(JointDecision.Part part) {
		return new TierDecision(part.acquisition().settings().name(), part.decision());
	}

	/**
	 * Return what was answered for an entry, {@code null} if it was not asked for, or is
	 * only watched and others refused.
	 */
	private JointDecision.@Nullable Part part(int entry) {
		List<JointDecision.Part> parts = (this.answer != null) ? this.answer.parts() : List.of();
		for (int i = 0; i < parts.size(); i++) {
			if (parts.get(i).acquisition() == this.asked[entry]) {
				return parts.get(i);
			}
		}
		return null;
	}

	/**
	 * Return what was decided for an entry.
	 * @return the decision, {@code null} if it was not asked for and is not paid
	 */
	@Nullable RateLimitDecision decision(int entry) {
		JointDecision.Part part = part(entry);
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
		JointDecision.Part part = part(entry);
		return part != null && part.refusedItself();
	}

	/**
	 * Return the refusal of all together, {@code null} if nothing is refused.
	 */
	@Nullable RateLimitDecision refusal() {
		return (this.answer != null && !allowed()) ? this.answer.whole() : null;
	}

}
