package io.github.ratelimit.identity;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.oauth2.core.DefaultOAuth2AuthenticatedPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PlanRules}, {@link SecurityAuthorityPlanResolver} and
 * {@link SecurityTokenClaims}.
 */
class PlanRulesTests {

	@Test
	void apiKeySaysThePlan() {
		PlanResolver rule = PlanRules.apiKey("X-API-Key", Map.of("k1", "partner")::get);
		assertThat(rule.resolve(new TestDetails().header("x-api-key", "k1").anonymous())).isEqualTo("partner");
		assertThat(rule.resolve(new TestDetails().header("x-api-key", "k2").anonymous())).isNull();
		assertThat(rule.resolve(new TestDetails().anonymous())).isNull();
		assertThat(rule.resolve(new TestDetails().header("x-api-key", "k1").header("x-api-key", "k1").anonymous()))
			.isNull();
	}

	@ParameterizedTest
	@CsvSource({ "plan, , , gold", "plan, gold, , gold", "plan, silver, ,", "plan, gold, vip, vip", "paid, , vip, vip",
			"unpaid, , vip,", "none, , vip," })
	void claimSaysThePlan(String claim, @Nullable String value, @Nullable String plan, @Nullable String expected) {
		PlanResolver rule = PlanRules.claim(claim, value, plan, new SecurityTokenClaims());
		assertThat(rule.resolve(caller(jwt(true)))).isEqualTo(expected);
		assertThat(rule.resolve(new TestDetails().anonymous())).isNull();
	}

	@Test
	void claimsAreThoseOfVerifiedTokensAlone() {
		SecurityTokenClaims claims = new SecurityTokenClaims();
		assertThat(claims.of(jwt(true))).containsEntry("plan", "gold");
		assertThat(claims.of(jwt(false))).isEmpty();
		assertThat(claims.of(() -> "alice")).isEmpty();
		assertThat(claims.of(null)).isEmpty();
		DefaultOAuth2AuthenticatedPrincipal opaque = new DefaultOAuth2AuthenticatedPrincipal(Map.of("plan", "silver"),
				null);
		TestingAuthenticationToken looked = new TestingAuthenticationToken(opaque, "token", "SCOPE_a");
		assertThat(claims.text(looked, "plan")).isEqualTo("silver");
	}

	@Test
	void expressionSaysWhetherOrWhich() {
		CallerExpression whether = CallerExpression.parse("authentication?.name == 'alice'");
		assertThat(PlanRules.expression(whether, "vip").resolve(new TestDetails().user("alice"))).isEqualTo("vip");
		assertThat(PlanRules.expression(whether, "vip").resolve(new TestDetails().user("bob"))).isNull();
		assertThat(PlanRules.expression(whether, null).resolve(new TestDetails().user("alice"))).isNull();
		CallerExpression which = CallerExpression.parse("request['X-Plan']?.get(0)");
		assertThat(PlanRules.expression(which, null).resolve(new TestDetails().header("X-Plan", "gold").anonymous()))
			.isEqualTo("gold");
		assertThat(PlanRules.expression(which, null).resolve(new TestDetails().anonymous())).isNull();
	}

	@Test
	void expressionThatFailsHoldsForNobody() {
		CallerExpression failing = CallerExpression.parse("authentication.name == 'alice'");
		assertThat(PlanRules.expression(failing, "vip").resolve(new TestDetails().anonymous())).isNull();
	}

	@Test
	void authorityPutsItsHoldersOnThePlan() {
		PlanResolver rule = new SecurityAuthorityPlanResolver("ROLE_PREMIUM", "premium");
		TestingAuthenticationToken premium = new TestingAuthenticationToken("alice", "", "ROLE_USER", "ROLE_PREMIUM");
		assertThat(rule.resolve(caller(premium))).isEqualTo("premium");
		premium.setAuthenticated(false);
		assertThat(rule.resolve(caller(premium))).isNull();
		assertThat(rule.resolve(caller(new TestingAuthenticationToken("bob", "", "ROLE_USER")))).isNull();
		assertThat(rule.resolve(new TestDetails().user("alice"))).isNull();
	}

	private static Caller caller(Authentication authentication) {
		return new Caller(authentication, null);
	}

	private static Authentication jwt(boolean authenticated) {
		Jwt jwt = new Jwt("a.b.c", Instant.EPOCH, Instant.EPOCH.plusSeconds(60), Map.of("alg", "none"),
				Map.of("sub", "alice", "plan", "gold", "paid", true, "unpaid", false, "list", List.of("a")));
		JwtAuthenticationToken token = new JwtAuthenticationToken(jwt, AuthorityUtils.NO_AUTHORITIES);
		token.setAuthenticated(authenticated);
		return token;
	}

}
