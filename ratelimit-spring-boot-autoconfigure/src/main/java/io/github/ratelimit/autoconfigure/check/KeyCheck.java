package io.github.ratelimit.autoconfigure.check;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

import io.github.ratelimit.Enforcement;
import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.check.StartupCheck;
import io.github.ratelimit.identity.KeySource;
import io.github.ratelimit.identity.KeySource.Kind;
import io.github.ratelimit.tier.Tier;
import io.github.ratelimit.tier.TierRateLimiters;

/**
 * Looks for keys that are hashes which anybody could compute, and for keys that a caller
 * can have any number of.
 */
final class KeyCheck implements StartupCheck {

	private static final Set<Kind> INVENTED = EnumSet.of(Kind.UNVERIFIED_SECRET, Kind.UNVERIFIED, Kind.EXPRESSION);

	private final TierRateLimiters limiters;

	private final boolean hasSecret;

	KeyCheck(TierRateLimiters limiters, boolean hasSecret) {
		this.limiters = limiters;
		this.hasSecret = hasSecret;
	}

	@Override
	public void run(Findings findings) {
		for (Tier tier : this.limiters.tiers()) {
			if (!this.hasSecret) {
				source(tier, EnumSet.of(Kind.UNVERIFIED_SECRET)).ifPresent((source) -> findings
					.report(Check.UNKEYED_HASHES, "Tier '%s' is keyed by '%s', and 'ratelimit.keys.secret' is not set."
						.formatted(tier.name(), source)));
			}
			if (!isGuarded(tier)) {
				source(tier, INVENTED).ifPresent((source) -> findings.report(Check.INVENTED_KEYS,
						"Tier '%s' is keyed by '%s', so that a caller who can invent one for each request has no limit."
							.formatted(tier.name(), source)));
			}
		}
	}

	/**
	 * Return whether a caller who invents keys is held by the gate.
	 */
	private boolean isGuarded(Tier tier) {
		Tier gate = (tier.gate() != null) ? this.limiters.tier(tier.gate()) : null;
		return gate != null && gate.enforcement() == Enforcement.ENFORCE && source(gate, INVENTED).isEmpty();
	}

	private static Optional<KeySource> source(Tier tier, Set<Kind> kinds) {
		return tier.key().all().filter((source) -> kinds.contains(source.kind())).findFirst();
	}

}
