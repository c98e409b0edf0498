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
	private static final String OWED = "circuit-breaker:owed:";

	private final RateLimitStore memory;

	private final IntSupplier instances;

	private final LongSupplier nanoTime;

	/**
	 * When all units are back that were taken here: nothing is left to hand over.
	 */
	private final AtomicLong forgottenAt;

	private final Set<Counter.Id> claimed = ConcurrentHashMap.newKeySet();

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
		return this.memory.acquire(withOwed(shareOf(request))).thenApply((decision) -> {
			if (decision.chargedAt() != null) {
				remember(decision);
			}
			return ofWhole(decision, request);
		});
	}

	/**
	 * Charge all of a request a second time, to what is owed to the shared store.
	 */
	private static RateLimitRequest withOwed(RateLimitRequest share) {
		return new RateLimitRequest(Stream
			.concat(share.charges().stream(),
					share.charges().stream().map((charge) -> new Charge(owed(charge.counter()), charge.cost())))
			.toList(), share.failureMode());
	}

	/**
	 * Return what counts the units of a counter that are owed. They come back as those
	 * that were used, of which they are a part.
	 */
	private static Counter owed(Counter counter) {
		return new Counter(OWED + counter.name(), counter.key(), counter.limit());
	}

	private void remember(RateLimitDecision decision) {
		long now = this.nanoTime.getAsLong();
		for (LimitStatus status : decision.limits()) {
			long forgotten = now + status.resetAfter().toNanos();
			this.forgottenAt.accumulateAndGet(forgotten, (one, other) -> (one - other > 0) ? one : other);
		}
	}

	CompletionStage<Void> settle(RateLimitSettlement settlement) {
		RateLimitDecision decision = settlement.decision();
		return this.memory
			.settle(new RateLimitSettlement(
					withOwed(shareOf(settlement.request())), new RateLimitDecision(decision.outcome(),
							twice(decision.limits()), decision.source(), decision.chargedAt()),
					twice(settlement.costs())));
	}

	private static <T> List<T> twice(List<T> list) {
		return Stream.concat(list.stream(), list.stream()).toList();
	}

	CompletionStage<Void> reset(List<Counter> counters) {
		return this.memory.reset(Stream.concat(counters.stream(), counters.stream().map(LocalShare::owed)).toList());
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
		List<LimitStatus> limits = new ArrayList<>(request.charges().size());
		for (int i = 0; i < request.charges().size(); i++) {
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
		List<Claim> claims = new ArrayList<>(request.charges().size());
		for (Charge charge : request.charges()) {
			Claim claim = (charge.cost() > 0) ? claim(charge) : null;
			if (claim != null) {
				claims.add(claim);
			}
			charges.add((claim != null) ? new Charge(charge.counter(), charge.cost() + claim.units()) : charge);
		}
		return (!claims.isEmpty()) ? new HandOver(new RateLimitRequest(charges, request.failureMode()), claims) : null;
	}

	/**
	 * Claim what is owed for a request that is about to pay it, so that no other does. A
	 * limit never gives more than its burst at once, so no more is asked.
	 */
	private @Nullable Claim claim(Charge charge) {
		Counter counter = charge.counter();
		if (!this.claimed.add(counter.id())) {
			return null;
		}
		long units = used(owed(counter));
		long payable = Math.min(units, counter.limit().burst() - charge.cost());
		if (payable <= 0) {
			this.claimed.remove(counter.id());
			return null;
		}
		return new Claim(counter, payable, units - payable);
	}

	private long used(Counter counter) {
		return this.memory.acquire(shareOf(request(counter, 0))).thenApply((decision) -> {
			LimitStatus status = decision.limits().get(0);
			return status.limit().burst() - status.remaining();
		}).exceptionally((uncountable) -> 0L).toCompletableFuture().join();
	}

	private static RateLimitRequest request(Counter counter, long cost) {
		return new RateLimitRequest(List.of(new Charge(counter, cost)), FailureMode.LOCAL);
	}

	private void end(Claim claim, boolean paid) {
		if (paid) {
			Counter owed = owed(claim.counter());
			this.memory.reset(List.of(owed))
				.thenCompose((done) -> this.memory.acquire(shareOf(request(owed, claim.unpaid()))))
				.toCompletableFuture()
				.join();
		}
		this.claimed.remove(claim.counter().id());
	}

	/**
	 * What a request is about to pay of what is owed.
	 */
	private record Claim(Counter counter, long units, long unpaid) {

	}

	/**
	 * A request for the shared store that pays what is owed to it besides.
	 */
	final class HandOver {

		private final RateLimitRequest request;

		private final List<Claim> claims;

		private HandOver(RateLimitRequest request, List<Claim> claims) {
			this.request = request;
			this.claims = claims;
		}

		RateLimitRequest request() {
			return this.request;
		}

		/**
		 * Forget what was paid, or may have been: it is not handed over twice. What was
		 * refused, or not asked at all, stays owed.
		 */
		void answered(@Nullable RateLimitDecision decision, @Nullable Throwable error) {
			boolean paid = (decision != null) ? decision.allowed() : !(error instanceof CallNotPermittedException);
			this.claims.forEach((claim) -> end(claim, paid));
		}

	}

}
