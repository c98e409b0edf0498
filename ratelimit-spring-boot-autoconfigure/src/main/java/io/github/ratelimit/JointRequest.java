package io.github.ratelimit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Acquisitions that a store is asked for together, and where each finds its charges in
 * the store's request. Those of one counter are one charge.
 *
 * @param acquisitions the acquisitions
 * @param request what the store is asked
 * @param indexes for each acquisition the places of its charges
 */
record JointRequest(List<Acquisition> acquisitions, RateLimitRequest request, List<int[]> indexes) {

	static JointRequest of(List<Acquisition> acquisitions) {
		return (acquisitions.size() == 1) ? of(acquisitions.get(0), acquisitions) : together(acquisitions);
	}

	/**
	 * Return the request of one acquisition, whose limits are counters that differ.
	 */
	private static JointRequest of(Acquisition acquisition, List<Acquisition> acquisitions) {
		List<Charge> charges = new ArrayList<>(1);
		for (Counter counter : acquisition.settings().counters(acquisition.key())) {
			charges.add(new Charge(counter, acquisition.cost()));
		}
		return new JointRequest(acquisitions, new RateLimitRequest(charges, acquisition.settings().failureMode()),
				List.of(inOrder(charges.size())));
	}

	private static int[] inOrder(int size) {
		int[] indexes = new int[size];
		for (int i = 0; i < size; i++) {
			indexes[i] = i;
		}
		return indexes;
	}

	private static JointRequest together(List<Acquisition> acquisitions) {
		Map<Counter.Id, Integer> places = new LinkedHashMap<>();
		List<Charge> charges = new ArrayList<>();
		List<int[]> indexes = new ArrayList<>();
		for (Acquisition acquisition : acquisitions) {
			List<Counter> counters = acquisition.settings().counters(acquisition.key());
			int[] index = new int[counters.size()];
			for (int i = 0; i < index.length; i++) {
				Counter counter = counters.get(i);
				Integer known = places.putIfAbsent(counter.id(), charges.size());
				requireOneLimit(counter, (known != null) ? charges.get(known).counter() : counter);
				if (known == null) {
					index[i] = charges.size();
					charges.add(new Charge(counter, acquisition.cost()));
				}
				else {
					index[i] = known;
					charges.set(known, new Charge(charges.get(known).counter(),
							saturatedSum(charges.get(known).cost(), acquisition.cost())));
				}
			}
			indexes.add(index);
		}
		return new JointRequest(acquisitions, new RateLimitRequest(charges, failureMode(acquisitions)), indexes);
	}

	private static void requireOneLimit(Counter counter, Counter other) {
		if (!counter.limit().equals(other.limit())) {
			throw new IllegalArgumentException(
					"One count cannot be asked for by two limits at once: " + counter + " and " + other.limit());
		}
	}

	/**
	 * Return the failure mode of all together, the strictest that one of them has.
	 */
	static FailureMode failureMode(List<Acquisition> acquisitions) {
		FailureMode strictest = FailureMode.OPEN;
		for (Acquisition acquisition : acquisitions) {
			FailureMode mode = acquisition.settings().failureMode();
			if (mode == FailureMode.CLOSED) {
				return mode;
			}
			strictest = (mode == FailureMode.LOCAL) ? mode : strictest;
		}
		return strictest;
	}

	private static long saturatedSum(long a, long b) {
		return (a > Long.MAX_VALUE - b) ? Long.MAX_VALUE : a + b;
	}

	/**
	 * Return what a decision on all says to one acquisition.
	 */
	RateLimitDecision part(int acquisition, RateLimitDecision decision) {
		if (decision.limits().isEmpty() || this.acquisitions.size() == 1) {
			return decision;
		}
		List<LimitStatus> limits = IntStream.of(this.indexes.get(acquisition))
			.mapToObj(decision.limits()::get)
			.toList();
		return new RateLimitDecision(decision.outcome(), limits, decision.source(), decision.chargedAt());
	}

	/**
	 * Return the cost of each charge where each acquisition has the given cost.
	 */
	List<Long> costsOfCharges(List<Long> costs) {
		long[] charges = new long[this.request.charges().size()];
		for (int i = 0; i < costs.size(); i++) {
			for (int index : this.indexes.get(i)) {
				charges[index] = saturatedSum(charges[index], costs.get(i));
			}
		}
		return LongStream.of(charges).boxed().toList();
	}

}
