package io.github.ratelimit.resilience;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Rate;

/**
 * What one of several instances may give away on its own.
 *
 * @param instances how many share a limit, at least 1
 */
record Share(int instances) {

	/**
	 * Return the share of a limit: whole units of each window, at least one, so that all
	 * together admit at most the limit, or one unit each. A token bucket gets its units
	 * back that many times slower, which is exact, in place of fewer.
	 */
	Limit of(Limit limit) {
		return of(limit, Math.max(1, limit.burst() / this.instances));
	}

	/**
	 * Return a limit of all units, which come back as those of the share do.
	 */
	Limit ofRate(Limit limit) {
		return of(limit, limit.burst());
	}

	private Limit of(Limit limit, long burst) {
		if (this.instances == 1) {
			return limit;
		}
		Rate rate = limit.rate();
		if (limit.algorithm() != Algorithm.TOKEN_BUCKET) {
			return new Limit(limit.name(), new Rate(burst, rate.window()), burst, limit.algorithm(), limit.zone());
		}
		boolean slower = rate.window().compareTo(Rate.MAX_WINDOW.dividedBy(this.instances)) <= 0;
		Rate share = (slower) ? new Rate(rate.quota(), rate.window().multipliedBy(this.instances))
				: new Rate(Math.max(1, rate.quota() / this.instances), rate.window());
		return new Limit(limit.name(), share, burst);
	}

}
