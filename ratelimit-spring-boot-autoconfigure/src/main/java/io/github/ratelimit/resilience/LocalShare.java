package io.github.ratelimit.resilience;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
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

	private static final long HELD = -1;

	private static final Duration LONGEST = Duration.ofDays(36_500);

	private final RateLimitStore memory;

	private final IntSupplier instances;

	private final LongSupplier nanoTime;

	/**
	 * When all units are back that were taken here: nothing is left to hand over.
	 */
	private final AtomicLong forgottenAt;

	/**
	 * Counters that are being handed over, and when they no longer are.
	 */
	private final Map<Counter.Id, CompletableFuture<@Nullable Void>> beingHandedOver = new ConcurrentHashMap<>();

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
						.map((charge) -> new Charge(owed(charge.counter(), share), charge.cost())))
			.toList(), request.failureMode());
	}

	private Share share() {
		return new Share(Math.max(1, this.instances.getAsInt()));
	}

	private static Charge charge(Charge charge, Limit limit) {
		return new Charge(new Counter(charge.counter().name(), charge.counter().key(), limit), charge.cost());
	}

	/**
	 * Return what counts the units of a counter that are owed. They come back as those
	 * that were used, of which they are a part, and are as many as the whole limit has:
	 * the share may have been larger when they were used.
	 */
	private static Counter owed(Counter counter, Share share) {
		return new Counter(OWED + counter.name(), counter.key(), share.ofRate(counter.limit()));
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
		return this.memory
			.reset(Stream.concat(counters.stream(), counters.stream().map((counter) -> owed(counter, share))).toList());
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
			long owed = (charge.cost() > 0) ? take(charge, share) : 0;
			if (owed == HELD) {
				end(taken, false);
				return new HandOver(request, List.of(), this.beingHandedOver.get(charge.counter().id()));
			}
			if (owed > 0) {
				taken.add(new Charge(charge.counter(), owed));
			}
			charges.add(new Charge(charge.counter(), charge.cost() + owed));
		}
		return (!taken.isEmpty()) ? new HandOver(new RateLimitRequest(charges, request.failureMode()), taken, null)
				: null;
	}

	/**
	 * Take what is owed for a counter, so that no other request pays it. Asked before it
	 * is known whether another does, since that one leaves nothing.
	 */
	private long take(Charge charge, Share share) {
		Counter counter = charge.counter();
		if (owed(charge, share) == 0 && !this.beingHandedOver.containsKey(counter.id())) {
			return 0;
		}
		if (this.beingHandedOver.putIfAbsent(counter.id(), new CompletableFuture<>()) != null) {
			return HELD;
		}
		long owed = owed(charge, share);
		if (owed > 0 && owed <= counter.limit().burst() - charge.cost()) {
			this.memory.reset(List.of(owed(counter, share))).toCompletableFuture().join();
			return owed;
		}
		free(List.of(counter));
		return (owed > 0) ? HELD : 0;
	}

	/**
	 * Free all before anybody who waits for one of them goes on.
	 */
	private void free(List<Counter> counters) {
		counters.stream()
			.map((counter) -> this.beingHandedOver.remove(counter.id()))
			.filter(Objects::nonNull)
			.toList()
			.forEach((busy) -> busy.complete(null));
	}

	/**
	 * Never more than was used: what was put back is as old as that.
	 */
	private long owed(Charge charge, Share share) {
		Counter owed = owed(charge.counter(), share);
		return Math.min(used(owed), used(charge(charge, owed.limit()).counter()));
	}

	private long used(Counter counter) {
		return this.memory.acquire(request(counter, 0)).thenApply((decision) -> {
			LimitStatus status = decision.limits().get(0);
			return status.limit().burst() - status.remaining();
		}).exceptionally((uncountable) -> 0L).toCompletableFuture().join();
	}

	private static RateLimitRequest request(Counter counter, long cost) {
		return new RateLimitRequest(List.of(new Charge(counter, cost)), FailureMode.LOCAL);
	}

	private void end(List<Charge> taken, boolean paid) {
		if (!paid) {
			Share share = share();
			taken.forEach((charge) -> this.memory.acquire(request(owed(charge.counter(), share), charge.cost()))
				.toCompletableFuture()
				.join());
		}
		free(taken.stream().map(Charge::counter).toList());
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

	/**
	 * A request for the shared store that pays what is owed to it besides.
	 */
	final class HandOver {

		private final RateLimitRequest request;

		private final List<Charge> taken;

		private final @Nullable CompletableFuture<@Nullable Void> busy;

		private HandOver(RateLimitRequest request, List<Charge> taken,
				@Nullable CompletableFuture<@Nullable Void> busy) {
			this.request = request;
			this.taken = taken;
			this.busy = busy;
		}

		/**
		 * Return whether the shared store must not be asked now.
		 */
		boolean isHeld() {
			return this.taken.isEmpty();
		}

		/**
		 * Return when the request that hands over, if there is one, is answered.
		 */
		CompletableFuture<@Nullable Void> free() {
			return (this.busy != null) ? this.busy.copy() : CompletableFuture.completedFuture(null);
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
			end(this.taken, paid);
		}

	}

}
