package io.github.ratelimit.actuate;

import java.time.Duration;
import java.util.List;

import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitMode;
import io.github.ratelimit.lease.LeaseTerms;
import io.github.ratelimit.observation.Word;
import io.github.ratelimit.tier.Tier;
import org.jspecify.annotations.Nullable;

/**
 * Description of a limit.
 *
 * @param name its name
 * @param rate how fast units come back, such as {@code 2/s}
 * @param burst units that may be used at once
 * @param algorithm how units are counted
 * @param zone time zone whose calendar windows follow, {@code null} for none
 * @param lease how its units are drawn in advance, {@code null} for one that is always
 * decided strictly, and in the counts of a key, which do not show it
 */
public record LimitDescriptor(String name, String rate, long burst, String algorithm, @Nullable String zone,
		@Nullable LeaseDescriptor lease) {

	/**
	 * Create a description of a limit without its lease.
	 */
	LimitDescriptor(String name, String rate, long burst, String algorithm, @Nullable String zone) {
		this(name, rate, burst, algorithm, zone, null);
	}

	static LimitDescriptor of(Limit limit) {
		return of(limit, null);
	}

	static LimitDescriptor of(Limit limit, @Nullable LeaseDescriptor lease) {
		return new LimitDescriptor(limit.name(), limit.rate().toString(), limit.burst(), Word.of(limit.algorithm()),
				(limit.zone() != null) ? limit.zone().getId() : null, lease);
	}

	/**
	 * Description of how units of a limit are drawn in advance.
	 *
	 * @param time for how long they are, {@code null} where none are drawn
	 * @param strictBecause why decisions ask the store all the same, all of them or, with
	 * a time, some; {@code null} where they need not
	 */
	public record LeaseDescriptor(@Nullable Duration time, @Nullable String strictBecause) {

		/**
		 * Return how a limit is leased.
		 * @param limit the limit
		 * @param all all limits of the plan, this one among them
		 * @param gate the gate that has to allow each request too, {@code null} for none
		 * @param longest longest lease time, {@code null} where nothing is drawn
		 */
		static @Nullable LeaseDescriptor of(Limit limit, List<Limit> all, @Nullable Tier gate,
				@Nullable Duration longest) {
			if (limit.mode() == LimitMode.STRICT) {
				return null;
			}
			if (longest == null) {
				return new LeaseDescriptor(null, "nothing is drawn in advance: the store is not Redis,"
						+ " or 'ratelimit.redis.leases.enabled' is false");
			}
			LeaseTerms terms = LeaseTerms.of(limit, longest);
			if (terms == null) {
				return new LeaseDescriptor(null,
						"too small: leases need a burst of %d units, and %d ms to be a tenth of the time in which it comes back"
							.formatted(LeaseTerms.SMALLEST_BURST, LeaseTerms.SHORTEST.toMillis()));
			}
			if (!areLeased(all, longest)) {
				return new LeaseDescriptor(null, "another limit that holds with it is strict");
			}
			long strict = (gate != null) ? strictPlans(gate, longest) : 0;
			if (gate == null || strict == 0) {
				return new LeaseDescriptor(terms.duration(), null);
			}
			return (strict == gate.limitsByPlan().size())
					? new LeaseDescriptor(null, "its gate '" + gate.name() + "' is strict") : new LeaseDescriptor(
							terms.duration(), "its gate '" + gate.name() + "' is strict for callers of some plans");
		}

		private static long strictPlans(Tier tier, Duration longest) {
			return tier.limitsByPlan().values().stream().filter((limits) -> !areLeased(limits, longest)).count();
		}

		private static boolean areLeased(List<Limit> limits, Duration longest) {
			return limits.stream().allMatch((limit) -> LeaseTerms.of(limit, longest) != null);
		}

	}

}
