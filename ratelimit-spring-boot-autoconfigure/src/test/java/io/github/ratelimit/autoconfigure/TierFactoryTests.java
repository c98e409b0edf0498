package io.github.ratelimit.autoconfigure;

import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Enforcement;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.identity.CallerKey;
import io.github.ratelimit.identity.TokenClaims;
import io.github.ratelimit.tier.Scope;
import io.github.ratelimit.tier.Tier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TierFactory} and the properties it makes tiers of.
 */
class TierFactoryTests {

	@Test
	void builtInTiersAreThoseThatAreDocumented() {
		assertThat(tiers()).containsOnlyKeys("ai", "api", "auth");
		assertThat(tiers().get("ai").limitsByPlan()).isEqualTo(
				Map.of("authenticated", List.of(limit("ai", "2/s", 5)), "anonymous", List.of(limit("ai", "0.5/s", 2))));
		assertThat(tiers().get("api").limitsByPlan()).isEqualTo(Map.of("authenticated",
				List.of(limit("api", "10/s", 20)), "anonymous", List.of(limit("api", "5/s", 10))));
		assertThat(tiers().get("auth").limitsByPlan()).isEqualTo(Map.of("default", List.of(limit("auth", "0.5/s", 3))));
	}

	@Test
	void defaultsAreThoseThatAreDocumented() {
		assertThat(tiers().values()).allSatisfy((tier) -> {
			assertThat(tier.key()).isEqualTo(CallerKey.CLIENT);
			assertThat(tier.scope()).isEqualTo(Scope.TIER);
			assertThat(tier.failureMode()).isEqualTo(FailureMode.LOCAL);
			assertThat(tier.enforcement()).isEqualTo(Enforcement.ENFORCE);
		});
	}

	@Test
	void rateReplacesTheLimitsOfABuiltInTier() {
		assertThat(tiers("ratelimit.tiers.ai.rate=100/m").get("ai").limitsByPlan())
			.isEqualTo(Map.of("default", List.of(limit("ai", "100/m", 100))));
	}

	@Test
	void planIsAddedToThoseOfABuiltInTier() {
		assertThat(tiers("ratelimit.tiers.ai.plans.premium.rate=10/s", "ratelimit.tiers.ai.plans.premium.burst=20")
			.get("ai")
			.limitsByPlan())
			.isEqualTo(Map.of("authenticated", List.of(limit("ai", "2/s", 5)), "anonymous",
					List.of(limit("ai", "0.5/s", 2)), "premium", List.of(limit("ai", "10/s", 20))));
	}

	@Test
	void planReplacesThatOfTheSameNameOfABuiltInTier() {
		assertThat(tiers("ratelimit.tiers.ai.plans.anonymous.rate=1/m").get("ai").limitsByPlan()).isEqualTo(
				Map.of("authenticated", List.of(limit("ai", "2/s", 5)), "anonymous", List.of(limit("ai", "1/m", 1))));
	}

	@Test
	void settingsThatAreNoLimitsKeepTheLimitsOfABuiltInTier() {
		Tier auth = tiers("ratelimit.tiers.auth.failure-mode=closed", "ratelimit.tiers.auth.key=ip",
				"ratelimit.tiers.auth.scope=endpoint", "ratelimit.tiers.auth.enforcement=shadow")
			.get("auth");
		assertThat(auth).isEqualTo(new Tier("auth", List.of(limit("auth", "0.5/s", 3)), Map.of(), CallerKey.IP,
				Scope.ENDPOINT, FailureMode.CLOSED, Enforcement.SHADOW));
	}

	@Test
	void failureModeOfATierComesBeforeThatOfAll() {
		Map<String, Tier> tiers = tiers("ratelimit.failure-mode=open", "ratelimit.tiers.auth.failure-mode=closed");
		assertThat(tiers.get("auth").failureMode()).isEqualTo(FailureMode.CLOSED);
		assertThat(tiers.get("ai").failureMode()).isEqualTo(FailureMode.OPEN);
	}

	@Test
	void burstIsTheNumberOfTheRateUnlessSet() {
		Map<String, Tier> tiers = tiers("ratelimit.tiers.plain.rate=100/60s", "ratelimit.tiers.half.rate=0.5/s",
				"ratelimit.tiers.odd.rate=11/13s", "ratelimit.tiers.odd.burst=40");
		assertThat(tiers.get("plain").limits()).containsExactly(limit("plain", "100/m", 100));
		assertThat(tiers.get("half").limits()).containsExactly(limit("half", "1/2s", 1));
		assertThat(tiers.get("odd").limits()).containsExactly(limit("odd", "11/13s", 40));
	}

	@Test
	void tierForPlansOnlyNeedsOneForAnonymousCallers() {
		Tier tier = tiers("ratelimit.tiers.t.plans.anonymous.rate=1/s", "ratelimit.tiers.t.plans.premium.rate=9/s")
			.get("t");
		assertThat(tier.limits()).isEmpty();
		assertThat(tier.plans()).containsOnlyKeys("anonymous", "premium");
	}

	@ParameterizedTest
	@EnumSource(Algorithm.class)
	void algorithmIsThatOfTheLimit(Algorithm algorithm) {
		assertThat(tiers("ratelimit.tiers.t.rate=100/m",
				"ratelimit.tiers.t.algorithm=" + algorithm.name().toLowerCase(Locale.ROOT).replace('_', '-'))
			.get("t")
			.limits()).containsExactly(limit("t", "100/m", 100).withAlgorithm(algorithm));
	}

	@Test
	void fixedWindowMayFollowTheCalendarOfAZone() {
		assertThat(tiers("ratelimit.tiers.t.rate=1000/month", "ratelimit.tiers.t.algorithm=fixed-window",
				"ratelimit.tiers.t.zone=Europe/Berlin")
			.get("t")
			.limits()).containsExactly(limit("t", "1000/month", 1000).perCalendar(ZoneId.of("Europe/Berlin")));
	}

	@Test
	void limitsOfATierAndOfAPlanAreInTheirOrder() {
		Tier tier = tiers("ratelimit.tiers.t.limits[0].rate=10/m", "ratelimit.tiers.t.limits[0].burst=3",
				"ratelimit.tiers.t.limits[1].name=day", "ratelimit.tiers.t.limits[1].rate=100/d",
				"ratelimit.tiers.t.limits[1].algorithm=fixed-window", "ratelimit.tiers.t.limits[1].zone=UTC",
				"ratelimit.tiers.t.plans.premium.limits[0].rate=50/m",
				"ratelimit.tiers.t.plans.premium.limits[0].name=minute")
			.get("t");
		assertThat(tier.limits()).containsExactly(limit("t", "10/m", 3),
				limit("day", "100/d", 100).perCalendar(ZoneId.of("UTC")));
		assertThat(tier.plans()).isEqualTo(Map.of("premium", List.of(limit("minute", "50/m", 50))));
	}

	@Test
	void limitsReplaceThoseOfABuiltInTier() {
		assertThat(tiers("ratelimit.tiers.ai.limits[0].rate=100/d").get("ai").limitsByPlan())
			.isEqualTo(Map.of("default", List.of(limit("ai", "100/d", 100))));
	}

	private static Limit limit(String name, String rate, long burst) {
		return Limit.of(rate).withBurst(burst).withName(name);
	}

	private static TierFactory factory(BeanFactory beans) {
		RateLimitProperties properties = beans.getBean(RateLimitProperties.class);
		return new TierFactory(properties, false, new CallerKeyFactory(properties.getKeys(), TokenClaims.NONE, beans));
	}

	private static Map<String, Tier> tiers(String... properties) {
		Map<String, Tier> tiers = new TreeMap<>();
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(Binding.class))
			.withPropertyValues(properties)
			.run((context) -> factory(context).tiers().forEach((tier) -> tiers.put(tier.name(), tier)));
		return tiers;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(RateLimitProperties.class)
	static class Binding {

		@Bean
		static StringToRateConverter stringToRateConverter() {
			return new StringToRateConverter();
		}

	}

}
