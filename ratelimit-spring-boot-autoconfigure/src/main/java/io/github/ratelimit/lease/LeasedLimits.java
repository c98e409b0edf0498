package io.github.ratelimit.lease;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitMode;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.algorithm.PerLimit;
import org.jspecify.annotations.Nullable;

/**
 * The terms of limits, worked out once for each. Safe for use by many threads.
 */
final class LeasedLimits {

	private final PerLimit<Optional<LeaseTerms>> terms;

	private final Duration longest;

	LeasedLimits(Duration longest) {
		this.terms = new PerLimit<>((limit) -> Optional.ofNullable(LeaseTerms.of(limit, longest)));
		this.longest = longest;
	}

	Duration longest() {
		return this.longest;
	}

	/**
	 * Return a request as one that has leased limits.
	 * @return the request, {@code null} if none of its limits is leased
	 */
	@Nullable LeasedRequest find(RateLimitRequest request) {
		List<@Nullable LeaseTerms> found = null;
		List<Charge> charges = request.charges();
		for (int i = 0; i < charges.size(); i++) {
			LeaseTerms terms = terms(charges.get(i).counter().limit());
			if (terms != null && found == null) {
				found = new ArrayList<>(charges.size());
				for (int before = 0; before < i; before++) {
					found.add(null);
				}
			}
			if (found != null) {
				found.add(terms);
			}
		}
		return (found != null) ? new LeasedRequest(request, found) : null;
	}

	@Nullable LeaseTerms terms(Limit limit) {
		return (limit.mode() != LimitMode.STRICT) ? this.terms.of(limit).orElse(null) : null;
	}

}
