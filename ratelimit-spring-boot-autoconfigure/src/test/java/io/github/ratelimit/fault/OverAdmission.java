package io.github.ratelimit.fault;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;

import io.github.ratelimit.Limit;

/**
 * How much more was admitted than a token bucket gives.
 */
final class OverAdmission {

	private OverAdmission() {
	}

	/**
	 * Return by how much what was admitted in a window is above the limit, burst and what
	 * comes back meanwhile, in the window where that is most. It is what an ideal bucket
	 * is in debt when it must give what was admitted.
	 * @param limit the limit
	 * @param admitted when units were admitted
	 * @return the units, zero where the limit held
	 */
	static double of(Limit limit, Collection<Instant> admitted) {
		double perSecond = (double) limit.rate().quota() / limit.rate().window().toNanos()
				* Duration.ofSeconds(1).toNanos();
		double level = limit.burst();
		double debt = 0;
		Instant last = Instant.MIN;
		for (Instant instant : admitted.stream().sorted().toList()) {
			if (last != Instant.MIN) {
				double seconds = Duration.between(last, instant).toNanos() / 1e9;
				level = Math.min(limit.burst(), level + perSecond * seconds);
			}
			level--;
			last = instant;
			debt = Math.max(debt, -level);
		}
		return debt;
	}

}
