package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import io.github.ratelimit.RateLimitStore;
import org.jspecify.annotations.Nullable;

/**
 * Decides in the memory of this instance by its share of each limit, and hands over what
 * it admitted when the shared store decides again. Safe for use by many threads.
 * <p>
 * Callers see the whole limit, of which the share leaves what it leaves.
 */
final class LocalShare {

	private static final Duration LONGEST = Duration.ofDays(36_500);

	private final RateLimitStore memory;

	private final OwedUnits owed;

	private final IntSupplier instances;

	private final LongSupplier nanoTime;

	/**
	 * When all units are back that were taken here: nothing is left to hand over.
	 */
	private final AtomicLong forgottenAt;

	/**
	 * Create a share.
	 * @param memory where to count; its stages are complete when returned
	 * @param instances how many share a limit
	 * @param nanoTime the time
	 */
	LocalShare(RateLimitStore memory, IntSupplier instances, LongSupplier nanoTime) {
		this.memory = memory;
		this.owed = new OwedUnits(memory);
		this.instances = instances;
		this.nanoTime = nanoTime;
		this.forgottenAt = new AtomicLong(nanoTime.getAsLong());
	}

	CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
		return this.memory.acquire(withOwed(request)).thenApply((decision) -> {
			if (decision.chargedAt() != null) {
				remember(decision);
			}
			return ofWhole(decision, request);
		});
	}

	/**
	 * Return the request for shares, and a second time for what is owed to the shared
	 * store, which is a part of what was used.
	 */
	private RateLimitRequest withOwed(RateLimitRequest request) {
		Share share = share();
		return new RateLimitRequest(Stream
			.concat(request.charges().stream().map((charge) -> charge(charge, share.of(charge.counter().limit()))),
					request.charges()
						.stream()
						.map((charge) -> new Charge(OwedUnits.counter(charge.counter(), share), charge.cost())))
			.toList(), request.failureMode());
	}

	private Share share() {
		return new Share(Math.max(1, this.instances.getAsInt()));
	}

	private static Charge charge(Charge charge, Limit limit) {
		return new Charge(new Counter(charge.counter().name(), charge.counter().key(), limit), charge.cost());
	}

	private void remember(RateLimitDecision decision) {
		long now = this.nanoTime.getAsLong();
		for (LimitStatus status : decision.limits()) {
			long forgotten = now + nanos(status.resetAfter());
			this.forgottenAt.accumulateAndGet(forgotten, (one, other) -> (one - other > 0) ? one : other);
		}
	}

	/**
	 * Limits of years take longer than the clock can tell.
	 */
	private static long nanos(Duration duration) {
		return (duration.compareTo(LONGEST) < 0) ? duration.toNanos() : LONGEST.toNanos();
	}

	CompletionStage<Void> settle(RateLimitSettlement settlement) {
		RateLimitDecision decision = settlement.decision();
		return this.memory.settle(
				new RateLimitSettlement(
						withOwed(settlement.request()), new RateLimitDecision(decision.outcome(),
								twice(decision.limits()), decision.source(), decision.chargedAt()),
						twice(settlement.costs())));
	}

	private static <T> List<T> twice(List<T> list) {
		return Stream.concat(list.stream(), list.stream()).toList();
	}

	CompletionStage<Void> reset(List<Counter> counters) {
		Share share = share();
		return this.memory.reset(
				Stream.concat(counters.stream(), counters.stream().map((counter) -> OwedUnits.counter(counter, share)))
					.toList());
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
	 * @return what to ask instead; held if it must not be asked now, because another
	 * request is handing over, or it and what is owed are more than a limit gives;
	 * {@code null} if nothing is owed
	 */
	@Nullable HandOver handOver(RateLimitRequest request) {
		if (request.failureMode() != FailureMode.LOCAL || request.isPeek()
				|| this.forgottenAt.get() - this.nanoTime.getAsLong() <= 0) {
			return null;
		}
		Share share = share();
		List<Charge> charges = new ArrayList<>(request.charges().size());
		List<Charge> taken = new ArrayList<>(request.charges().size());
		for (Charge charge : request.charges()) {
			long owed = (charge.cost() > 0) ? this.owed.take(charge, share) : 0;
			if (owed == OwedUnits.HELD) {
				this.owed.end(taken, share(), false);
				return HandOver.held(request, this.owed.underWay(charge.counter()));
			}
			if (owed > 0) {
				taken.add(new Charge(charge.counter(), owed));
			}
			charges.add(new Charge(charge.counter(), charge.cost() + owed));
		}
		return (!taken.isEmpty()) ? HandOver.paying(new RateLimitRequest(charges, request.failureMode()),
				(paid) -> this.owed.end(taken, share(), paid)) : null;
	}

	/**
	 * Refuse a request for which the shared store has no room beside what is owed. The
	 * share gives nothing either: other instances go on using the shared store, and what
	 * is owed would never shrink.
	 */
	CompletionStage<RateLimitDecision> refuse(RateLimitRequest request) {
		return this.memory.acquire(asking(request)).thenCompose((stands) -> {
			RateLimitDecision decision = refusal(stands, request);
			return (decision.allowed()) ? acquire(request) : CompletableFuture.completedFuture(decision);
		});
	}

	private RateLimitRequest asking(RateLimitRequest request) {
		Share share = share();
		return new RateLimitRequest(request.charges()
			.stream()
			.map((charge) -> charge(new Charge(charge.counter(), 0), share.of(charge.counter().limit())))
			.toList(), request.failureMode());
	}

	/**
	 * Refuse by each limit of which something was used here, until that has come back.
	 */
	private static RateLimitDecision refusal(RateLimitDecision stands, RateLimitRequest request) {
		List<LimitStatus> limits = new ArrayList<>(request.charges().size());
		for (int i = 0; i < request.charges().size(); i++) {
			Charge charge = request.charges().get(i);
			LimitStatus status = stands.limits().get(i);
			boolean refuses = charge.cost() > 0 && !status.resetAfter().isZero();
			limits.add(new LimitStatus(charge.counter().limit(), refuses, status.remaining(),
					(refuses) ? status.resetAfter() : Duration.ZERO, status.resetAfter()));
		}
		return RateLimitDecision.of(limits, DecisionSource.FAILURE_MODE);
	}

}
