package io.github.ratelimit.autoconfigure.check;

import java.util.List;

import io.github.ratelimit.autoconfigure.RouteProperties;
import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.check.StartupCheck;
import io.github.ratelimit.tier.Tier;
import io.github.ratelimit.tier.TierRateLimiters;

/**
 * Looks for routes of two tiers that count the same callers. That is meant where one of
 * the tiers is for other routes too.
 */
final class RouteTiersCheck implements StartupCheck {

	private final List<RouteProperties> routes;

	private final TierRateLimiters limiters;

	RouteTiersCheck(List<RouteProperties> routes, TierRateLimiters limiters) {
		this.routes = List.copyOf(routes);
		this.limiters = limiters;
	}

	@Override
	public void run(Findings findings) {
		for (int i = 0; i < this.routes.size(); i++) {
			List<Tier> tiers = tiers(this.routes.get(i));
			for (int first = 0; first < tiers.size(); first++) {
				for (Tier second : tiers.subList(first + 1, tiers.size())) {
					if (tiers.get(first).key().equals(second.key())) {
						findings.report(Check.CHARGED_TWICE,
								"Requests of 'ratelimit.routes[%d]' are charged to the same key in tiers '%s' and '%s'."
									.formatted(i, tiers.get(first).name(), second.name()));
					}
				}
			}
		}
	}

	private List<Tier> tiers(RouteProperties route) {
		return (route.exempts()) ? List.of()
				: route.getTier().stream().map((name) -> this.limiters.tier(name.trim())).toList();
	}

}
