package io.github.ratelimit.autoconfigure.redis;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;

/**
 * Units that were admitted, each at its time, and how many of them the limit does not
 * allow.
 */
final class AdmittedUnits {

	private final List<Admission> admissions;

	AdmittedUnits(List<Admission> admissions) {
		this.admissions = admissions.stream().sorted(Comparator.comparingLong(Admission::micros)).toList();
	}

	long byLeases() {
		return this.admissions.stream().filter(Admission::leased).count();
	}

	/**
	 * Return by how many units the worst window is above what the limit guarantees.
	 */
	long beyond(Limit limit) {
		long window = limit.rate().windowMicros();
		return switch (limit.algorithm()) {
			case TOKEN_BUCKET -> beyondBucket(limit, window);
			case FIXED_WINDOW -> beyondFixed(limit, window);
			case SLIDING_WINDOW -> Math.max(0, worst(window) - limit.burst());
			case SLIDING_WINDOW_COUNTER -> Math.max(0, worst(window) - 2 * limit.burst());
		};
	}

	/**
	 * Return what an ideal bucket is in debt that must give what was admitted.
	 */
	private long beyondBucket(Limit limit, long window) {
		long lacking = 0;
		long most = 0;
		long at = 0;
		for (Admission admission : this.admissions) {
			long cameBack = (admission.micros() - at) * limit.rate().quota();
			lacking = ((at == 0) ? 0 : Math.max(0, lacking - cameBack)) + window;
			at = admission.micros();
			most = Math.max(most, lacking);
		}
		return Math.max(0, -Math.floorDiv(-most, window) - limit.burst());
	}

	private long beyondFixed(Limit limit, long window) {
		Map<Long, Long> windows = new HashMap<>();
		this.admissions.forEach((admission) -> windows.merge(admission.micros() / window, 1L, Long::sum));
		return windows.values().stream().mapToLong((units) -> Math.max(0, units - limit.burst())).sum();
	}

	private long worst(long window) {
		int worst = 0;
		int from = 0;
		for (int to = 0; to < this.admissions.size(); to++) {
			while (this.admissions.get(to).micros() - this.admissions.get(from).micros() >= window) {
				from++;
			}
			worst = Math.max(worst, to - from + 1);
		}
		return worst;
	}

	/**
	 * A unit that was admitted.
	 *
	 * @param micros when, in microseconds since the epoch
	 * @param leased whether from units that were drawn in advance
	 * @param heldMicros for how long it had been drawn then
	 */
	record Admission(long micros, boolean leased, long heldMicros) {

		/**
		 * Return when a decision was made: by the store when it charged the unit, and
		 * from a lease when it was asked for, but not before it was drawn. The store is
		 * on this machine, so both are times of one clock.
		 */
		static Admission of(RateLimitDecision decision, Instant asked) {
			Instant charged = decision.chargedAt();
			boolean leased = decision.source() == DecisionSource.LEASE;
			Instant at = (leased && asked.isAfter(charged)) ? asked : charged;
			return new Admission(ChronoUnit.MICROS.between(Instant.EPOCH, at), leased,
					ChronoUnit.MICROS.between(charged, at));
		}

		/**
		 * Return a unit that a process wrote down.
		 * @param line what {@link #toLine(String)} returned
		 */
		static Admission of(String line) {
			String[] words = line.split(" ");
			return new Admission(Long.parseLong(words[1]), Boolean.parseBoolean(words[2]), Long.parseLong(words[3]));
		}

		/**
		 * Return it as a line of text.
		 * @param tier name of the tier it is of
		 */
		String toLine(String tier) {
			return "%s %d %s %d%n".formatted(tier, this.micros, this.leased, this.heldMicros);
		}

	}

}
