package io.github.ratelimit.tier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import io.github.ratelimit.Acquisition;
import io.github.ratelimit.JointDecision;
import io.github.ratelimit.JointRateLimiter;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.tier.RequestDecisions.TierDecision;
import io.github.ratelimit.tier.TierAdmission.EntryDecision;
import org.jspecify.annotations.Nullable;

/**
 * What was asked of the limiters for some calls, all at once, and what they answered.
 */
final class TierQuestion {

	private final List<TierEntry> entries;

	private final @Nullable JointDecision answer;

	private final List<Integer> entryOfPart = new ArrayList<>(2);

	private final JointDecision.@Nullable Part[] partOfEntry;

	private TierQuestion(List<TierEntry> entries, @Nullable JointDecision answer, Map<Acquisition, Integer> asked) {
		this.entries = entries;
		this.answer = answer;
		this.partOfEntry = new JointDecision.Part[entries.size()];
		if (answer != null) {
			for (JointDecision.Part part : answer.parts()) {
				int entry = asked.getOrDefault(part.acquisition(), -1);
				this.entryOfPart.add(entry);
				this.partOfEntry[entry] = part;
			}
		}
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
		// By identity: two calls may ask for the same
		Map<Acquisition, Integer> asked = new IdentityHashMap<>();
		List<Acquisition> owed = new ArrayList<>(entries.size());
		for (int i = 0; i < entries.size(); i++) {
			if (!entries.get(i).isPaid()) {
				Acquisition acquisition = entries.get(i).acquisition();
				asked.put(acquisition, i);
				owed.add(acquisition);
			}
		}
		return new TierQuestion(entries, (owed.isEmpty()) ? null : limiter.apply(owed), asked);
	}

	/**
	 * Tell who listens.
	 */
	void tell(JointRateLimiter limiter, Duration elapsed) {
		if (this.answer != null) {
			limiter.tell(this.answer, elapsed);
		}
	}

	boolean allowed() {
		return this.answer == null || this.answer.whole().allowed();
	}

	/**
	 * Return what was charged, {@code null} if nothing was asked.
	 */
	@Nullable TierCharges charges(JointRateLimiter limiter) {
		return (this.answer != null && allowed()) ? TierCharges.of(limiter, this.answer, this.entryOfPart) : null;
	}

	/**
	 * Return what was decided now.
	 */
	List<TierDecision> decisions() {
		return Arrays.stream(this.partOfEntry)
			.filter((part) -> part != null && !part.acquisition().beside())
			.map((part) -> new TierDecision(part.acquisition().settings().name(), part.decision()))
			.toList();
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

	TierAdmission admission(@Nullable TierCharges charges) {
		List<EntryDecision> decisions = new ArrayList<>(this.entries.size());
		for (int i = 0; i < this.partOfEntry.length; i++) {
			JointDecision.Part part = this.partOfEntry[i];
			TierEntry entry = this.entries.get(i);
			decisions
				.add(new EntryDecision(entry.call(), entry.role(), decision(i), part != null && part.refusedItself()));
		}
		return new TierAdmission(decisions, (this.answer != null && !allowed()) ? this.answer.whole() : null, charges);
	}

}
