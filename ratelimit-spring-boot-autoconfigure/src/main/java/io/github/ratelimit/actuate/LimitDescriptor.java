package io.github.ratelimit.actuate;

import java.time.Duration;
import java.util.List;

import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitMode;
import io.github.ratelimit.lease.LeaseTerms;
import io.github.ratelimit.observation.Word;
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
 * decided strictly
 */
public record LimitDescriptor(String name, String rate, long burst, String algorithm, @Nullable String zone,
		@Nullable LeaseDescriptor lease) {

	/**
	 * Create a description of a limit that is always decided strictly.
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
	 * @param strictBecause why each decision asks the store all the same, {@code null}
	 * where it need not
	 */
	public record LeaseDescriptor(@Nullable Duration time, @Nullable String strictBecause) {

		/**
		 * Return how a limit is leased.
		 * @param limit the limit
		 * @param all all limits that a request is charged to, this one among them
		 * @param longest longest lease time, {@code null} where nothing is drawn
		 */
		static @Nullable LeaseDescriptor of(Limit limit, List<Limit> all, @Nullable Duration longest) {
			if (limit.mode() == LimitMode.STRICT) {
				return null;
			}
			if (longest == null) {
				return new LeaseDescriptor(null, "nothing is drawn in advance: the store is not Redis,"
						+ " or 'ratelimit.redis.leases.enabled' is false");
			}
			LeaseTerms terms = LeaseTerms.of(limit, longest);
			if (terms != null) {
				return (all.stream().allMatch((other) -> LeaseTerms.of(other, longest) != null))
						? new LeaseDescriptor(terms.duration(), null)
						: new LeaseDescriptor(null, "another limit that holds with it is strict");
			}
			return new LeaseDescriptor(null,
					"too small: leases need a burst of %d units, and %d ms to be a tenth of the time in which it comes back"
						.formatted(LeaseTerms.SMALLEST_BURST, LeaseTerms.SHORTEST.toMillis()));
		}

	}

}
