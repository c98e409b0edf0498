package io.github.ratelimit.autoconfigure.check;

import java.util.List;
import java.util.Set;

import io.github.ratelimit.FailureMode;
import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.check.StartupCheck;
import io.github.ratelimit.identity.Caller;
import io.github.ratelimit.identity.KeySource;
import io.github.ratelimit.identity.KeySource.Kind;
import io.github.ratelimit.tier.Tier;
import io.github.ratelimit.tier.TierRateLimiters;
import io.github.ratelimit.web.servlet.RateLimitRoute;
import io.github.ratelimit.web.servlet.RouteGate;

/**
 * Looks for routes that are decided before authentication, and take what only
 * authentication tells, or let everything pass while Redis is away.
 */
final class EarlyRouteCheck implements StartupCheck {

	private final RouteGate routes;

	private final TierRateLimiters limiters;

	EarlyRouteCheck(RouteGate routes, TierRateLimiters limiters) {
		this.routes = routes;
		this.limiters = limiters;
	}

	@Override
	public void run(Findings findings) {
		for (RateLimitRoute route : this.routes.beforeAuthentication()) {
			for (String name : route.tiers()) {
				Tier tier = this.limiters.tier(name);
				check(route, tier, findings);
				if (tier.gate() != null) {
					check(route, this.limiters.tier(tier.gate()), findings);
				}
			}
		}
	}

	private static void check(RateLimitRoute route, Tier tier, Findings findings) {
		checkFailureMode(route, tier, findings);
		List<KeySource> missing = tier.key().sources().stream().filter(EarlyRouteCheck::isLater).toList();
		if (!missing.isEmpty()) {
			findings.report(Check.EARLY_ROUTE,
					"Route '%s' is decided before authentication, and tier '%s' is keyed by '%s', which is not known then."
						.formatted(route.endpoint(), tier.name(), missing.get(0)));
		}
		Set<String> plans = tier.limitsByPlan().keySet();
		if (plans.contains(Caller.AUTHENTICATED)) {
			findings.report(Check.EARLY_ROUTE,
					"Route '%s' is decided before authentication, and nobody is on plan '%s' of tier '%s' then."
						.formatted(route.endpoint(), Caller.AUTHENTICATED, tier.name()));
		}
	}

	private static void checkFailureMode(RateLimitRoute route, Tier tier, Findings findings) {
		if (tier.failureMode() == FailureMode.OPEN && !tier.name().equals(OpenLoginCheck.LOGINS)) {
			findings.report(Check.OPEN_LOGIN,
					"Tier '%s' of route '%s' before authentication has the failure mode 'open', so that nothing holds it while "
						.formatted(tier.name(), route.endpoint()) + "Redis cannot decide.");
		}
	}

	private static boolean isLater(KeySource source) {
		return source.kind() == Kind.CREDENTIAL;
	}

}
