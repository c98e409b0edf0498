package io.github.ratelimit.sample;

import io.github.ratelimit.identity.Caller;
import io.github.ratelimit.identity.PlanResolver;
import org.jspecify.annotations.Nullable;

import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Component;

/**
 * Puts users with the role {@code PREMIUM} on the plan {@code premium_user}. Tiers that
 * do not name it treat them as any other user.
 */
@Component
final class PremiumPlanResolver implements PlanResolver {

	@Override
	public @Nullable String resolve(Caller caller) {
		return (caller.principal() instanceof Authentication user && isPremium(user)) ? "premium_user" : null;
	}

	private static boolean isPremium(Authentication user) {
		return user.getAuthorities()
			.stream()
			.anyMatch((authority) -> ("ROLE_" + Accounts.PREMIUM).equals(authority.getAuthority()));
	}

}
