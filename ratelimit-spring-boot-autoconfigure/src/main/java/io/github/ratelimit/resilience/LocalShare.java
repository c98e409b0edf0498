package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.Rate;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import io.github.ratelimit.RateLimitStore;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import org.jspecify.annotations.Nullable;

/**
 * Decides in the memory of this instance by its share of each limit, and hands over what
 * it admitted when the shared store decides again. Safe for use by many threads.
 * <p>
 * Callers see the whole limit, of which the share leaves what it leaves.
 */
final class LocalShare {

	// No limiter is called so
	private static final String HANDED_OVER = "circuit-breaker:handed-over:";

	private final RateLimitStore memory;

	private final IntSupplier instances;

	private final LongSupplier nanoTime;

	/**
	 * When all units are back that were taken here: nothing is left to hand over.
	 */
	private final AtomicLong forgottenAt;

	private final Set<Counter.Id> beingHandedOver = ConcurrentHashMap.newKeySet();

	/**
	 * Create a share.
	 * @param memory where to count; its stages are complete when returned
	 * @param instances how many share a limit
	 * @param nanoTime the time
	 */
	LocalShare(RateLimitStore memory, IntSupplier instances, LongSupplier nanoTime) {
		this.memory = memory;
		this.instances = instances;
		this.nanoTime = nanoTime;
		this.forgottenAt = new AtomicLong(nanoTime.getAsLong());
	}

	CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
		return this.memory.acquire(shareOf(request)).thenApply((decision) -> {
			if (decision.chargedAt() != null) {
				remember(decision);
			}
			return ofWhole(decision, request);
		});
	}

	private void remember(RateLimitDecision decision) {
		long now = this.nanoTime.getAsLong();
		for (LimitStatus status : decision.limits()) {
			long forgotten = now + status.resetAfter().toNanos();
			this.forgottenAt.accumulateAndGet(forgotten, (one, other) -> (one - other > 0) ? one : other);
		}
	}

	CompletionStage<Void> settle(RateLimitSettlement settlement) {
		return this.memory
			.settle(new RateLimitSettlement(shareOf(settlement.request()), settlement.decision(), settlement.costs()));
	}

	CompletionStage<Void> reset(List<Counter> counters) {
		return this.memory
			.reset(Stream.concat(counters.stream(), counters.stream().map(LocalShare::handedOver)).toList());
	}

	private RateLimitRequest shareOf(RateLimitRequest request) {
		int among = Math.max(1, this.instances.getAsInt());
		return new RateLimitRequest(request.charges()
			.stream()
			.map((charge) -> new Charge(shareOf(charge.counter(), among), charge.cost()))
			.toList(), request.failureMode());
	}

	private static Counter shareOf(Counter counter, int among) {
		return new Counter(counter.name(), counter.key(), shareOf(counter.limit(), among));
	}

	/**
	 * Return the share of one of several instances: whole units of each window, at least
	 * one, so that all together admit at most the limit, or one unit each. A token bucket
	 * gets its units back that many times slower, which is exact, in place of fewer.
	 */
	static Limit shareOf(Limit limit, int among) {
		if (among == 1) {
			return limit;
		}
		long burst = Math.max(1, limit.burst() / among);
		Rate rate = limit.rate();
		if (limit.algorithm() != Algorithm.TOKEN_BUCKET) {
			return new Limit(limit.name(), new Rate(burst, rate.window()), burst, limit.algorithm(), limit.zone());
		}
		boolean slower = rate.window().compareTo(Rate.MAX_WINDOW.dividedBy(among)) <= 0;
		Rate share = (slower) ? new Rate(rate.quota(), rate.window().multipliedBy(among))
				: new Rate(Math.max(1, rate.quota() / among), rate.window());
		return new Limit(limit.name(), share, burst);
	}

	private static RateLimitDecision ofWhole(RateLimitDecision decision, RateLimitRequest request) {
		List<LimitStatus> limits = new ArrayList<>(decision.limits().size());
		for (int i = 0; i < decision.limits().size(); i++) {
			limits.add(ofWhole(decision.limits().get(i), request.charges().get(i)));
		}
		return new RateLimitDecision(decision.outcome(), limits, DecisionSource.FAILURE_MODE, decision.chargedAt());
	}

	/**
	 * A cost above the share is refused as long as this instance is on its own, and not
	 * for ever.
	 */
	private static LimitStatus ofWhole(LimitStatus status, Charge charge) {
		Limit whole = charge.counter().limit();
		Duration retryAfter = (status.retryAfter() == null && charge.cost() <= whole.burst()) ? whole.rate().window()
				: status.retryAfter();
		return new LimitStatus(whole, status.refused(), status.remaining(), retryAfter, status.resetAfter());
	}

	/**
	 * Add to a request for the shared store what was admitted here for its counters, has
	 * not come back since, and was not handed over before.
	 * @return what to ask instead, {@code null} if nothing is owed
	 */
	@Nullable HandOver handOver(RateLimitRequest request) {
		if (this.forgottenAt.get() - this.nanoTime.getAsLong() <= 0 || request.isPeek()) {
			return null;
		}
		List<Charge> charges = new ArrayList<>(request.charges().size());
		List<Charge> owed = new ArrayList<>(request.charges().size());
		for (Charge charge : request.charges()) {
			long owes = (charge.cost() > 0) ? claim(charge) : 0;
			if (owes > 0) {
				owed.add(new Charge(charge.counter(), owes));
			}
			charges.add(new Charge(charge.counter(), charge.cost() + owes));
		}
		return (!owed.isEmpty()) ? new HandOver(new RateLimitRequest(charges, request.failureMode()), owed) : null;
	}

	/**
	 * Return what a request should pay besides, so that no other one does until it is
	 * answered. A limit never gives more than its burst at once, so no more is asked.
	 */
	private long claim(Charge charge) {
		Counter counter = charge.counter();
		if (!this.beingHandedOver.add(counter.id())) {
			return 0;
		}
		long owed = Math.min(used(counter) - used(handedOver(counter)), counter.limit().burst() - charge.cost());
		if (owed <= 0) {
			this.beingHandedOver.remove(counter.id());
		}
		return Math.max(0, owed);
	}

	private long used(Counter counter) {
		return this.memory.acquire(shareOf(charge(counter, 0))).thenApply((decision) -> {
			LimitStatus status = decision.limits().get(0);
			return status.limit().burst() - status.remaining();
		}).exceptionally((uncountable) -> 0L).toCompletableFuture().join();
	}

	/**
	 * Return what counts the units of a counter that were handed over, which come back as
	 * those that were used.
	 */
	private static Counter handedOver(Counter counter) {
		return new Counter(HANDED_OVER + counter.name(), counter.key(), counter.limit());
	}

	private static RateLimitRequest charge(Counter counter, long cost) {
		return new RateLimitRequest(List.of(new Charge(counter, cost)), FailureMode.LOCAL);
	}

	/**
	 * A request for the shared store that charges what this instance admitted too.
	 */
	final class HandOver {

		private final RateLimitRequest request;

		private final List<Charge> owed;

		private HandOver(RateLimitRequest request, List<Charge> owed) {
			this.request = request;
			this.owed = owed;
		}

		RateLimitRequest request() {
			return this.request;
		}

		/**
		 * Remember what was charged there, or may have been: it is not handed over twice.
		 * What was refused, or not asked at all, stays owed.
		 */
		void answered(@Nullable RateLimitDecision decision, @Nullable Throwable error) {
			boolean stays = (decision != null) ? !decision.allowed() : error instanceof CallNotPermittedException;
			for (Charge charge : this.owed) {
				if (!stays) {
					LocalShare.this.memory.acquire(shareOf(charge(handedOver(charge.counter()), charge.cost())))
						.toCompletableFuture()
						.join();
				}
				LocalShare.this.beingHandedOver.remove(charge.counter().id());
			}
		}

	}

}
