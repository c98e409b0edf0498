package io.github.ratelimit.tier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntToLongFunction;

import io.github.ratelimit.JointDecision;
import io.github.ratelimit.JointRateLimiter;
import io.github.ratelimit.Reservation;

/**
 * What calls were charged together, as long as it can be given back: once.
 */
final class TierCharges {

	// However long a call takes. What units have come back meanwhile the store knows.
	private static final Duration TIME_TO_LIVE = Duration.ofDays(1);

	private static final long UNCHANGED = -1;

	private final Reservation reservation;

	private final List<Part> parts;

	private TierCharges(Reservation reservation, List<Part> parts) {
		this.reservation = reservation;
		this.parts = parts;
	}

	/**
	 * Return what a decision has charged.
	 * @param entries for each part of the decision the index of its entry
	 */
	static TierCharges of(JointRateLimiter limiter, JointDecision decision, List<Integer> entries) {
		List<Part> parts = new ArrayList<>(entries.size());
		for (int i = 0; i < entries.size(); i++) {
			parts.add(new Part(entries.get(i), decision.parts().get(i).acquisition().cost()));
		}
		return new TierCharges(limiter.reservation(decision, TIME_TO_LIVE), List.copyOf(parts));
	}

	/**
	 * Give back what some entries were charged, without waiting.
	 */
	void cancel(Set<Integer> entries) {
		this.reservation.settleAsync(costs((entry) -> (entries.contains(entry)) ? 0 : UNCHANGED));
	}

	/**
	 * Make entries cost what they should have, and wait for that.
	 * @param cost gives the cost of an entry by its index, {@value #UNCHANGED} to leave
	 * it as it is
	 * @return whether that was done
	 */
	boolean settle(IntToLongFunction cost) {
		return this.reservation.settleAsync(costs(cost)).toCompletableFuture().join();
	}

	private List<Long> costs(IntToLongFunction cost) {
		List<Long> costs = new ArrayList<>(this.parts.size());
		for (Part part : this.parts) {
			long settled = cost.applyAsLong(part.entry());
			costs.add((settled == UNCHANGED) ? part.cost() : settled);
		}
		return costs;
	}

	/**
	 * The charge of one entry.
	 */
	private record Part(int entry, long cost) {

	}

}
