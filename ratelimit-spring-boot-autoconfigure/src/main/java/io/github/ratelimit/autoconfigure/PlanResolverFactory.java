package io.github.ratelimit.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import io.github.ratelimit.identity.CallerExpression;
import io.github.ratelimit.identity.PlanResolver;
import io.github.ratelimit.identity.PlanRules;
import io.github.ratelimit.identity.SecurityAuthorityPlanResolver;
import io.github.ratelimit.identity.TokenClaims;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Makes of properties who is on which plan.
 */
final class PlanResolverFactory {

	private static final String AUTHENTICATION = "org.springframework.security.core.Authentication";

	private final TokenClaims claims;

	private final boolean security;

	PlanResolverFactory(TokenClaims claims, @Nullable ClassLoader classLoader) {
		this.claims = claims;
		this.security = ClassUtils.isPresent(AUTHENTICATION, classLoader);
	}

	List<PlanResolver> resolvers(List<PlanRuleProperties> rules) {
		List<PlanResolver> resolvers = new ArrayList<>(rules.size());
		for (int i = 0; i < rules.size(); i++) {
			resolvers.add(resolver("ratelimit.plans[" + i + "]", rules.get(i)));
		}
		return resolvers;
	}

	private PlanResolver resolver(String property, PlanRuleProperties rule) {
		requireOneCondition(property, rule);
		if (rule.getClaim() != null) {
			if (this.claims == TokenClaims.NONE) {
				throw CallerKeyFactory.noClaims(property + ".claim", rule.getClaim());
			}
			return PlanRules.claim(rule.getClaim(), rule.getValue(), rule.getPlan(), this.claims);
		}
		if (rule.getValue() != null) {
			throw new InvalidRateLimitConfigurationException(property + ".value", rule.getValue(),
					"only a claim has a value", "Set '%s.claim' too, or remove the value.".formatted(property));
		}
		if (rule.getExpression() != null) {
			return PlanRules.expression(expression(property + ".expression", rule.getExpression()), rule.getPlan());
		}
		return (rule.getAuthority() != null)
				? authority(property, ".authority", rule.getAuthority(), rule.getAuthority(), rule.getPlan())
				: authority(property, ".role", rule.getRole(), "ROLE_" + rule.getRole(), rule.getPlan());
	}

	private static void requireOneCondition(String property, PlanRuleProperties rule) {
		long conditions = Stream.of(rule.getAuthority(), rule.getRole(), rule.getClaim(), rule.getExpression())
			.filter(StringUtils::hasText)
			.count();
		if (conditions != 1) {
			throw new InvalidRateLimitConfigurationException(property, null,
					(conditions == 0) ? "it does not say who is on the plan"
							: "it says in several ways who is on the plan",
					"Set one of '%1$s.authority', '%1$s.role', '%1$s.claim' and '%1$s.expression'."
						.formatted(property));
		}
		if (rule.getPlan() != null && rule.getPlan().isBlank()) {
			throw new InvalidRateLimitConfigurationException(property + ".plan", rule.getPlan(), "it is blank",
					"Set '%s.plan' to the name of a plan.".formatted(property));
		}
	}

	private PlanResolver authority(String property, String condition, @Nullable String value, String authority,
			@Nullable String plan) {
		if (plan == null) {
			throw new InvalidRateLimitConfigurationException(property + ".plan", null, "the rule names no plan",
					"Set '%s.plan' to the name of a plan.".formatted(property));
		}
		if (!this.security) {
			throw new InvalidRateLimitConfigurationException(property + condition, value,
					"Spring Security, which knows it, is not on the class path",
					"Add Spring Security, or use '%s.expression'.".formatted(property));
		}
		return new SecurityAuthorityPlanResolver(authority, plan);
	}

	private static CallerExpression expression(String property, String text) {
		try {
			return CallerExpression.parse(text);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidRateLimitConfigurationException(property, text, Objects.requireNonNull(ex.getMessage()),
					"Set '%s' to an expression such as authentication?.name == 'batch'.".formatted(property));
		}
	}

}
