package io.github.ratelimit.sample;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.algorithm.LimitAlgorithm;
import io.github.ratelimit.algorithm.LimitState;
import io.github.ratelimit.algorithm.Reading;

/**
 * A backend of an application's own: a table of states, one user at a time.
 */
final class TableStore implements RateLimitStore {

	private final Map<Counter.Id, LimitState> table = new HashMap<>();

	@Override
	public synchronized CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
		long now = TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());
		List<Reading> readings = new ArrayList<>();
		for (Charge charge : request.charges()) {
			readings.add(algorithm(charge).read(this.table.get(charge.counter().id()), now, charge.cost()));
		}
		boolean fits = readings.stream().allMatch(Reading::fits);
		if (fits) {
			request.charges().stream().filter((charge) -> charge.cost() > 0).forEach((charge) -> charge(charge, now));
		}
		List<LimitStatus> limits = readings.stream().map((reading) -> reading.status(fits)).toList();
		return CompletableFuture.completedFuture(RateLimitDecision.of(limits, DecisionSource.CUSTOM));
	}

	private void charge(Charge charge, long now) {
		this.table.compute(charge.counter().id(), (id, state) -> algorithm(charge).charge(state, now, charge.cost()));
	}

	private static LimitAlgorithm algorithm(Charge charge) {
		return LimitAlgorithm.of(charge.counter().limit());
	}

	@Override
	public synchronized CompletionStage<Void> reset(List<Counter> counters) {
		counters.forEach((counter) -> this.table.remove(counter.id()));
		return CompletableFuture.completedFuture(null);
	}

	synchronized Set<Counter.Id> counters() {
		return Set.copyOf(this.table.keySet());
	}

}
