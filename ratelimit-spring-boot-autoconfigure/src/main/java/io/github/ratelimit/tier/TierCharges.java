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

	private final JointDecision decision;

	private final int[] entries;

	/**
	 * Create what a decision has charged.
	 * @param entries for each part of the decision the index of its entry
	 */
	TierCharges(JointRateLimiter limiter, JointDecision decision, int[] entries) {
		this.reservation = limiter.reservation(decision, TIME_TO_LIVE);
		this.decision = decision;
		this.entries = entries;
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
		return this.reservation.settle(costs(cost));
	}

	private List<Long> costs(IntToLongFunction cost) {
		List<Long> costs = new ArrayList<>(this.entries.length);
		for (int i = 0; i < this.entries.length; i++) {
			long settled = cost.applyAsLong(this.entries[i]);
			costs.add((settled == UNCHANGED) ? this.decision.parts().get(i).acquisition().cost() : settled);
		}
		return costs;
	}

}
