package io.github.ratelimit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a request that was charged has really cost.
 *
 * @param request the request
 * @param decision the decision that charged it, not without
 * {@link RateLimitDecision#chargedAt()}
 * @param costs units that each of its charges should have been, in their order, not
 * negative
 */
public record RateLimitSettlement(RateLimitRequest request, RateLimitDecision decision, List<Long> costs) {

	/**
	 * Check the settlement.
	 * @throws IllegalArgumentException if there is not one cost and one status for each
	 * charge, if a cost is negative, or nothing was charged
	 */
	public RateLimitSettlement {
		Objects.requireNonNull(request, "request must not be null");
		costs = List.copyOf(costs);
		int charges = request.charges().size();
		if (costs.size() != charges || decision.limits().size() != charges) {
			throw new IllegalArgumentException("A settlement needs one cost and one status for each of the " + charges
					+ " charges, not " + costs.size() + " and " + decision.limits().size());
		}
		if (costs.stream().anyMatch((cost) -> cost < 0)) {
			throw new IllegalArgumentException("A cost must not be negative, but is one of " + costs);
		}
		Objects.requireNonNull(decision.chargedAt(), "decision must have charged");
	}

	/**
	 * Return when the request was charged.
	 * @return the time by the clock of the store
	 */
	public Instant chargedAt() {
		return Objects.requireNonNull(this.decision.chargedAt());
	}

	/**
	 * Return the counters that were charged more than it has cost.
	 * @return what they are found by, empty if nothing is given back
	 */
	public List<Counter.Id> givenBackTo() {
		List<Counter.Id> counters = new ArrayList<>(this.costs.size());
		for (int i = 0; i < this.costs.size(); i++) {
			Charge charge = this.request.charges().get(i);
			if (this.costs.get(i) < charge.cost()) {
				counters.add(charge.counter().id());
			}
		}
		return counters;
	}

}
