package io.github.ratelimit.tier;

import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.github.ratelimit.RateLimitDecision;
import org.jspecify.annotations.Nullable;

/**
 * What routes have charged a request, for the methods of the same tiers and keys that it
 * calls, and the gates it has passed. Safe for use by many threads.
 */
final class RouteCredit {

	private Map<CounterKey, Credit> credits = Map.of();

	private Set<CounterKey> passed = Set.of();

	/**
	 * What routes have asked for last, and were charged, while it is not summed up. Most
	 * requests end without a method that wants to know.
	 */
	private @Nullable TierQuestion untouched;

	/**
	 * Add what routes have charged.
	 * @param asked what was asked, and allowed
	 */
	synchronized void charge(TierQuestion asked) {
		sumUp();
		this.untouched = asked;
	}

	private void sumUp() {
		TierQuestion asked = this.untouched;
		TierCharges charges = (asked != null) ? asked.charges() : null;
		if (asked != null && charges != null) {
			this.untouched = null;
			sumUp(asked, charges);
		}
	}

	private void sumUp(TierQuestion asked, TierCharges charges) {
		this.credits = new HashMap<>(this.credits);
		pass(asked.entries());
		for (int i = 0; i < asked.entries().size(); i++) {
			TierEntry paid = asked.entries().get(i);
			// A tier that is only watched may not have answered
			RateLimitDecision decision = asked.decision(i);
			if (decision != null && paid.cost() > 0 && !paid.gate()) {
				CounterKey id = id(paid);
				this.credits.put(id, new Credit(id, paid.cost(), decision, charges, i));
			}
		}
	}

	/**
	 * Note what the request was charged to, which may be a gate, or the gate of what it
	 * calls next.
	 */
	synchronized void pass(List<TierEntry> entries) {
		this.passed = new HashSet<>(this.passed);
		for (TierEntry entry : entries) {
			if (entry.cost() > 0) {
				this.passed.add(id(entry));
			}
		}
	}

	/**
	 * Leave out the gates that the request has passed: they count it once.
	 */
	synchronized List<TierEntry> withoutPassed(List<TierEntry> entries) {
		if (!hasGate(entries)) {
			return entries;
		}
		sumUp();
		return (this.passed.isEmpty()) ? entries
				: entries.stream().filter((entry) -> !entry.gate() || !this.passed.contains(id(entry))).toList();
	}

	private static boolean hasGate(List<TierEntry> entries) {
		for (TierEntry entry : entries) {
			if (entry.gate()) {
				return true;
			}
		}
		return false;
	}

	private static CounterKey id(TierEntry entry) {
		return new CounterKey(entry.counter(), entry.key());
	}

	/**
	 * Use up what the request has already been charged to the counters of calls.
	 * @return the calls with what is paid of each
	 */
	synchronized List<TierEntry> pay(List<TierEntry> calls) {
		sumUp();
		if (this.credits.isEmpty()) {
			return calls;
		}
		return calls.stream().map((call) -> (call.gate()) ? call : call.with(take(call))).toList();
	}

	private @Nullable Prepaid take(TierEntry call) {
		Credit credit = this.credits.get(id(call));
		if (credit == null) {
			return null;
		}
		long used = Math.min(credit.left, call.cost());
		credit.left -= used;
		if (credit.left == 0) {
			this.credits.remove(credit.id);
		}
		return new Prepaid(credit, used);
	}

	/**
	 * Have the routes give back what was taken for calls that are refused after all, with
	 * all that is left of the same. What calls before them have used stays charged. A
	 * charge that cannot be changed any more stays, for calls to come.
	 * @return whether anything of the calls was paid
	 */
	boolean giveBack(List<TierEntry> calls) {
		List<Prepaid> taken = calls.stream().map(TierEntry::prepaid).filter(Objects::nonNull).toList();
		Map<TierCharges, Map<Integer, Long>> costs = new IdentityHashMap<>(1);
		synchronized (this) {
			taken.forEach((prepaid) -> prepaid.credit.left += prepaid.units);
			for (Prepaid prepaid : taken) {
				Credit credit = prepaid.credit;
				this.credits.remove(credit.id);
				costs.computeIfAbsent(credit.charges, (charges) -> new HashMap<>(1))
					.put(credit.call, credit.charged - credit.left);
			}
		}
		costs.forEach((charges, settled) -> {
			// Of calls on several threads the second must know what the first gave back
			synchronized (charges) {
				if (charges.settle((call) -> settled.getOrDefault(call, -1L))) {
					taken.forEach((prepaid) -> prepaid.credit.settled |= prepaid.credit.charges == charges);
				}
				else {
					restore(taken, charges);
				}
			}
		});
		return taken.stream().anyMatch((prepaid) -> prepaid.units > 0);
	}

	private synchronized void restore(List<Prepaid> taken, TierCharges charges) {
		taken.stream()
			.map(Prepaid::credit)
			.filter((credit) -> credit.charges == charges && !credit.settled)
			.forEach((credit) -> this.credits.put(credit.id, credit));
	}

	/**
	 * Units of a call that a route has paid.
	 *
	 * @param credit what they were taken from
	 * @param units the units
	 */
	record Prepaid(Credit credit, long units) {

		RateLimitDecision decision() {
			return this.credit.decision;
		}

	}

	/**
	 * What a route was charged to one counter, and how much of it is left.
	 */
	private static final class Credit {

		private final CounterKey id;

		private final long charged;

		private final RateLimitDecision decision;

		private final TierCharges charges;

		private final int call;

		private long left;

		private volatile boolean settled;

		Credit(CounterKey id, long charged, RateLimitDecision decision, TierCharges charges, int call) {
			this.id = id;
			this.charged = charged;
			this.left = charged;
			this.decision = decision;
			this.charges = charges;
			this.call = call;
		}

	}

	private record CounterKey(String counter, String key) {

	}

}
