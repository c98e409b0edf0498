package io.github.ratelimit.tier;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

import io.github.ratelimit.RateLimitDecision;
import org.jspecify.annotations.Nullable;

/**
 * What has been decided for the HTTP request in progress. Safe for use by many threads.
 */
public final class RequestDecisions {

	private final Consumer<List<TierDecision>> onChange;

	private final List<TierDecision> decisions = new ArrayList<>(2);

	private final Map<CounterKey, Prepaid> prepaid = new HashMap<>(2);

	/**
	 * Create decisions of a request of which nothing was decided yet.
	 * @param onChange told of all decisions after each new one, on its thread
	 */
	public RequestDecisions(Consumer<List<TierDecision>> onChange) {
		this.onChange = Objects.requireNonNull(onChange, "onChange must not be null");
	}

	/**
	 * Return what was decided so far, in order.
	 * @return the decisions
	 */
	public synchronized List<TierDecision> all() {
		return List.copyOf(this.decisions);
	}

	void add(String tier, RateLimitDecision decision) {
		List<TierDecision> all;
		synchronized (this) {
			this.decisions.add(new TierDecision(tier, decision));
			all = all();
		}
		this.onChange.accept(all);
	}

	void addPrepaid(String tier, String counter, String key, long units, RateLimitDecision decision) {
		synchronized (this) {
			this.prepaid.put(new CounterKey(counter, key), new Prepaid(units, decision));
		}
		add(tier, decision);
	}

	/**
	 * Use up what the request has already been charged to a counter.
	 * @return the units used, at most the cost, and the decision that charged them;
	 * {@code null} if nothing is left
	 */
	synchronized @Nullable Prepaid takePrepaid(String counter, String key, long cost) {
		CounterKey id = new CounterKey(counter, key);
		Prepaid left = this.prepaid.remove(id);
		if (left == null) {
			return null;
		}
		long used = Math.min(left.units(), cost);
		if (left.units() > used) {
			this.prepaid.put(id, new Prepaid(left.units() - used, left.decision()));
		}
		return new Prepaid(used, left.decision());
	}

	/**
	 * A decision and the tier it was made in.
	 *
	 * @param tier name of the tier
	 * @param decision the decision
	 */
	public record TierDecision(String tier, RateLimitDecision decision) {

	}

	record Prepaid(long units, RateLimitDecision decision) {

	}

	private record CounterKey(String counter, String key) {

	}

}
