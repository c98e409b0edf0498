package io.github.ratelimit.identity;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;

/**
 * The rule that callers with an authority, as Spring Security knows it, are on a plan.
 */
public final class SecurityAuthorityPlanResolver implements PlanResolver {

	private final String authority;

	private final String plan;

	/**
	 * Create the rule.
	 * @param authority the authority, such as {@code ROLE_PREMIUM}
	 * @param plan the plan
	 */
	public SecurityAuthorityPlanResolver(String authority, String plan) {
		this.authority = Objects.requireNonNull(authority, "authority must not be null");
		this.plan = Objects.requireNonNull(plan, "plan must not be null");
	}

	@Override
	public @Nullable String resolve(Caller caller) {
		if (!(caller.principal() instanceof Authentication authentication) || !authentication.isAuthenticated()) {
			return null;
		}
		for (GrantedAuthority granted : authentication.getAuthorities()) {
			if (this.authority.equals(granted.getAuthority())) {
				return this.plan;
			}
		}
		return null;
	}

}
