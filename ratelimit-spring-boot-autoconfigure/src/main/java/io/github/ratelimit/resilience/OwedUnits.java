package io.github.ratelimit.resilience;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitStore;
import org.jspecify.annotations.Nullable;

/**
 * What was admitted in the memory of this instance and is owed to the shared store, and
 * which counters are being paid for. Safe for use by many threads.
 */
final class OwedUnits {

	/**
	 * What {@link #take(Charge, Share)} returns where the shared store must not be asked
	 * now.
	 */
	static final long HELD = -1;

	// No limiter is called so
	private static final String OWED = "circuit-breaker:owed:";

	private final RateLimitStore memory;

	/**
	 * Counters that are being handed over, and when they no longer are.
	 */
	private final Map<Counter.Id, CompletableFuture<@Nullable Void>> beingHandedOver = new ConcurrentHashMap<>();

	/**
	 * Create a record of what is owed.
	 * @param memory where it is counted; its stages are complete when returned
	 */
	OwedUnits(RateLimitStore memory) {
		this.memory = memory;
	}

	/**
	 * Return what counts the units of a counter that are owed. They come back as those
	 * that were used, of which they are a part, and are as many as the whole limit has:
	 * the share may have been larger when they were used.
	 */
	static Counter counter(Counter counter, Share share) {
		return new Counter(OWED + counter.name(), counter.key(), share.ofRate(counter.limit()));
	}

	/**
	 * Take what is owed for a counter, so that no other request pays it. Asked before it
	 * is known whether another does, since that one leaves nothing.
	 * @return the units, or {@link #HELD} if another request is handing over, or what is
	 * owed and the cost are more than the limit gives
	 */
	long take(Charge charge, Share share) {
		Counter counter = charge.counter();
		if (owed(counter, share) == 0 && !this.beingHandedOver.containsKey(counter.id())) {
			return 0;
		}
		if (this.beingHandedOver.putIfAbsent(counter.id(), new CompletableFuture<>()) != null) {
			return HELD;
		}
		long owed = owed(counter, share);
		if (owed > 0 && owed <= counter.limit().burst() - charge.cost()) {
			this.memory.reset(List.of(counter(counter, share))).toCompletableFuture().join();
			return owed;
		}
		free(List.of(counter));
		return (owed > 0) ? HELD : 0;
	}

	/**
	 * Never more than was used: what was put back is as old as that.
	 */
	private long owed(Counter counter, Share share) {
		Counter owed = counter(counter, share);
		return Math.min(used(owed), used(with(counter, owed.limit())));
	}

	private long used(Counter counter) {
		return this.memory.acquire(request(counter, 0)).thenApply((decision) -> {
			LimitStatus status = decision.limits().get(0);
			return status.limit().burst() - status.remaining();
		}).exceptionally((uncountable) -> 0L).toCompletableFuture().join();
	}

	/**
	 * Return when the request that hands over a counter, if there is one, is answered.
	 */
	@Nullable CompletableFuture<@Nullable Void> underWay(Counter counter) {
		return this.beingHandedOver.get(counter.id());
	}

	/**
	 * Let others hand over what was taken.
	 * @param paid whether it is owed no longer
	 */
	void end(List<Charge> taken, Share share, boolean paid) {
		if (!paid) {
			taken.forEach((charge) -> this.memory.acquire(request(counter(charge.counter(), share), charge.cost()))
				.toCompletableFuture()
				.join());
		}
		free(taken.stream().map(Charge::counter).toList());
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

	private static Counter with(Counter counter, Limit limit) {
		return new Counter(counter.name(), counter.key(), limit);
	}

	private static RateLimitRequest request(Counter counter, long cost) {
		return new RateLimitRequest(List.of(new Charge(counter, cost)), FailureMode.LOCAL);
	}

}
