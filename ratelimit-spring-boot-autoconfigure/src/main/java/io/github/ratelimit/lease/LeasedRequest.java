package io.github.ratelimit.lease;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import org.jspecify.annotations.Nullable;

/**
 * A request of which at least one limit is leased, as callers see it and as the shared
 * store does. Immutable.
 *
 * @param request the request, as callers see it
 * @param terms how each of its limits is leased, {@code null} for those that are not
 */
record LeasedRequest(RateLimitRequest request, List<@Nullable LeaseTerms> terms) {

	/**
	 * Return what all that is charged together is held by.
	 */
	List<Counter> counters() {
		List<Charge> charges = this.request.charges();
		if (charges.size() == 1) {
			return List.of(charges.get(0).counter());
		}
		return charges.stream().map(Charge::counter).toList();
	}

	long cost() {
		return this.request.charges().get(0).cost();
	}

	/**
	 * Return whether units of it can be drawn in advance: of all its limits, and of each
	 * as many. What differs is decided strictly, since it is charged at one time.
	 */
	boolean isLeasable() {
		long cost = cost();
		return cost > 0 && this.terms.stream().allMatch((terms) -> terms != null)
				&& this.request.charges().stream().allMatch((charge) -> charge.cost() == cost);
	}

	/**
	 * Return the shortest lease time of its limits.
	 */
	Duration leaseTime() {
		Duration shortest = null;
		for (LeaseTerms terms : this.terms) {
			if (terms != null && (shortest == null || terms.duration().compareTo(shortest) < 0)) {
				shortest = terms.duration();
			}
		}
		return (shortest != null) ? shortest : Duration.ZERO;
	}

	/**
	 * Return for how long units may be used, from when they were asked for: that was
	 * before they were charged.
	 * @param decision by which they were charged
	 */
	Duration leaseTime(RateLimitDecision decision) {
		Duration shortest = leaseTime();
		for (LimitStatus status : decision.limits()) {
			if (status.limit().algorithm() == Algorithm.FIXED_WINDOW && status.resetAfter().compareTo(shortest) < 0) {
				shortest = status.resetAfter();
			}
		}
		return shortest;
	}

	/**
	 * Return the request as the shared store sees it.
	 */
	RateLimitRequest stored() {
		return stored(0);
	}

	/**
	 * Return the request as the shared store sees it.
	 * @param more units to ask for besides
	 */
	RateLimitRequest stored(long more) {
		List<Charge> charges = new ArrayList<>(this.terms.size());
		for (int i = 0; i < this.terms.size(); i++) {
			Charge charge = this.request.charges().get(i);
			LeaseTerms terms = this.terms.get(i);
			Counter counter = charge.counter();
			charges
				.add(new Charge((terms != null) ? new Counter(counter.name(), counter.key(), terms.stored()) : counter,
						charge.cost() + more));
		}
		return new RateLimitRequest(charges, this.request.failureMode());
	}

	/**
	 * Return what callers are told of a decision of the shared store.
	 */
	RateLimitDecision told(RateLimitDecision decision) {
		return told(decision, 0, decision.source());
	}

	/**
	 * Return what callers are told of a decision of the shared store, or of one that
	 * follows from it.
	 * @param held units that this instance holds besides
	 * @param source who decided
	 */
	RateLimitDecision told(RateLimitDecision decision, long held, DecisionSource source) {
		List<LimitStatus> limits = new ArrayList<>(decision.limits().size());
		for (int i = 0; i < decision.limits().size(); i++) {
			LimitStatus status = decision.limits().get(i);
			LeaseTerms terms = this.terms.get(i);
			limits.add((terms != null) ? new LimitStatus(terms.limit(), status.refused(),
					Math.min(status.remaining() + held, terms.limit().burst()), status.retryAfter(),
					status.resetAfter()) : status);
		}
		return new RateLimitDecision(decision.outcome(), limits, source, decision.chargedAt());
	}

	/**
	 * Return a settlement of this request as the shared store sees it.
	 */
	RateLimitSettlement stored(RateLimitSettlement settlement) {
		return new RateLimitSettlement(stored(), settlement.decision(), settlement.costs());
	}

}
