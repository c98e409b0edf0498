package io.github.ratelimit.lease;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitMode;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.Rate;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.StoreStatus;
import org.jspecify.annotations.Nullable;

/**
 * A store of which each unit is a hundred of one that leases, so that limits of few units
 * are large enough to be leased. Of a token bucket what a lease keeps back is there
 * besides. Calls what is admitted from leases decided by Redis.
 *
 * @param leases the store that leases
 * @param longest its longest lease time
 * @param byLeases how many decisions were made by leases
 */
record HundredfoldStore(LeasingRateLimitStore leases, Duration longest, AtomicLong byLeases) implements RateLimitStore {

	private static final long UNITS = 100;

	@Override
	public @Nullable RateLimitDecision acquireNow(String name, String key, Limit limit, long cost) {
		RateLimitDecision decision = this.leases.acquireNow(name, key, large(limit), large(cost));
		return (decision != null) ? told(List.of(limit), decision) : null;
	}

	@Override
	public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
		List<Limit> limits = request.charges().stream().map((charge) -> charge.counter().limit()).toList();
		return this.leases.acquire(large(request)).thenApply((decision) -> told(limits, decision));
	}

	@Override
	public CompletionStage<Void> settle(RateLimitSettlement settlement) {
		return this.leases.settle(new RateLimitSettlement(large(settlement.request()), settlement.decision(),
				settlement.costs().stream().map(HundredfoldStore::large).toList()));
	}

	@Override
	public CompletionStage<Void> reset(List<Counter> counters) {
		return this.leases.reset(counters.stream().map(this::large).toList());
	}

	@Override
	public StoreStatus status() {
		return this.leases.status();
	}

	private RateLimitDecision told(List<Limit> limits, RateLimitDecision decision) {
		boolean leased = decision.source() == DecisionSource.LEASE;
		if (leased) {
			this.byLeases.incrementAndGet();
		}
		List<LimitStatus> statuses = new ArrayList<>();
		for (int i = 0; i < decision.limits().size(); i++) {
			LimitStatus status = decision.limits().get(i);
			statuses.add(new LimitStatus(limits.get(i), status.refused(), status.remaining() / UNITS,
					status.retryAfter(), status.resetAfter()));
		}
		return new RateLimitDecision(decision.outcome(), statuses, (leased) ? DecisionSource.REDIS : decision.source(),
				decision.chargedAt());
	}

	private RateLimitRequest large(RateLimitRequest request) {
		return new RateLimitRequest(request.charges()
			.stream()
			.map((charge) -> new Charge(large(charge.counter()), large(charge.cost())))
			.toList(), request.failureMode());
	}

	private Counter large(Counter counter) {
		return new Counter(counter.name(), counter.key(), large(counter.limit()));
	}

	private Limit large(Limit limit) {
		Limit large = new Limit(limit.name(), new Rate(large(limit.rate().quota()), limit.rate().window()),
				large(limit.burst()), limit.algorithm(), limit.zone())
			.withMode(LimitMode.LEASED);
		Limit enough = large;
		for (long lacking = lacking(large, enough); lacking > 0; lacking = lacking(large, enough)) {
			enough = enough.withBurst(enough.burst() + lacking);
		}
		return enough;
	}

	/**
	 * Return what the store does not count by of the units there should be.
	 */
	private long lacking(Limit large, Limit leased) {
		LeaseTerms terms = LeaseTerms.of(leased, this.longest);
		return (terms != null) ? large.burst() - terms.stored().burst() : 0;
	}

	private static long large(long units) {
		return (units <= Long.MAX_VALUE / UNITS) ? units * UNITS : Long.MAX_VALUE;
	}

}
