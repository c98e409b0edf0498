package io.github.ratelimit.lease;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

import io.github.ratelimit.Counter;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What one instance holds of all counters: of those that are in demand, and no longer
 * than they are. Safe for use by many threads.
 */
final class Holdings {

	private static final Log logger = LogFactory.getLog(Holdings.class);

	private static final Duration LONGEST_DRAW = Duration.ofSeconds(1);

	private static final int MIN_DEMAND = 8;

	private static final int MAX_HOLDINGS = 10_000;

	private final LongSupplier nanoTime;

	private final LeaseTimer timer;

	private final Demand demand = new Demand();

	private final Map<List<Counter>, Holding> holdings = new ConcurrentHashMap<>();

	Holdings(LongSupplier nanoTime, LeaseTimer timer) {
		this.nanoTime = nanoTime;
		this.timer = timer;
	}

	/**
	 * Return what is held of counters that are asked for together.
	 */
	@Nullable Holding of(List<Counter> counters) {
		return this.holdings.get(counters);
	}

	/**
	 * Return the lease of counters that are asked for together.
	 */
	@Nullable Lease lease(List<Counter> counters) {
		Holding holding = this.holdings.get(counters);
		return (holding != null) ? holding.lease() : null;
	}

	/**
	 * Note that units were asked for of counters of which nothing is held.
	 * @return a holding that may be {@linkplain #add(List, Holding) added}, {@code null}
	 * if there is not enough demand, or no room
	 */
	@Nullable Holding demanded(List<Counter> counters, long cost, Duration leaseTime) {
		long asked = asked(counters, cost, leaseTime);
		return (asked < MIN_DEMAND || this.holdings.size() >= MAX_HOLDINGS) ? null : new Holding(leaseTime, asked);
	}

	/**
	 * Note that units were asked for of counters of which no lease is held now.
	 */
	void demanded(List<Counter> counters, long cost, Holding holding) {
		long asked = asked(counters, cost, holding.leaseTime());
		if (asked >= MIN_DEMAND) {
			holding.want(asked, cost);
		}
	}

	private long asked(List<Counter> counters, long cost, Duration leaseTime) {
		return this.demand.note(counters.hashCode(), cost, this.nanoTime.getAsLong() / leaseTime.toNanos());
	}

	/**
	 * Hold some of counters from now on, unless something is held already, until they are
	 * asked for no more.
	 */
	void add(List<Counter> counters, Holding holding) {
		if (this.holdings.putIfAbsent(counters, holding) == null) {
			forgetWhenIdle(counters, holding);
		}
	}

	/**
	 * Look once in a lease time whether a holding is used, and forget it when it is not.
	 */
	private void forgetWhenIdle(List<Counter> counters, Holding holding) {
		this.timer.after(holding.leaseTime().toNanos(), () -> {
			if (holding.retire()) {
				this.holdings.remove(counters, holding);
			}
			else if (this.holdings.get(counters) == holding) {
				forgetWhenIdle(counters, holding);
			}
		});
	}

	/**
	 * Hold nothing any more of counters that were reset: what was drawn is charged no
	 * longer.
	 */
	void drop(Predicate<Counter.Id> reset) {
		this.holdings.forEach((counters, holding) -> {
			if (counters.stream().map(Counter::id).anyMatch(reset)) {
				this.holdings.remove(counters, holding);
				Lease dropped = holding.drop();
				if (dropped != null) {
					dropped.end();
				}
			}
		});
	}

	/**
	 * Hold nothing any more.
	 * @param end what to do with each lease that is held
	 */
	void close(BiConsumer<Holding, Lease> end) {
		this.timer.close();
		awaitDraws();
		this.holdings.values().forEach((holding) -> {
			Lease lease = holding.lease();
			if (lease != null) {
				end.accept(holding, lease);
			}
		});
		this.holdings.clear();
	}

	/**
	 * Wait for draws that are under way, so that what they bring is given back too. The
	 * shared store answers in bounded time.
	 */
	private void awaitDraws() {
		CompletableFuture<?>[] draws = this.holdings.values()
			.stream()
			.map(Holding::drawn)
			.toArray(CompletableFuture[]::new);
		try {
			CompletableFuture.allOf(draws).get(LONGEST_DRAW.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.debug("What is still being drawn is not given back", ex);
		}
	}

	/**
	 * Return of how many counters that are asked for together a lease is held, or was
	 * lately.
	 */
	int size() {
		return this.holdings.size();
	}

	/**
	 * Return how many leases are held.
	 */
	int leases() {
		return (int) this.holdings.values().stream().filter((holding) -> holding.lease() != null).count();
	}

}
