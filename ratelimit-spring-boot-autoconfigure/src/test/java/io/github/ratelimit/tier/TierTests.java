package io.github.ratelimit.tier;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.ratelimit.Enforcement;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimiterSettings;
import io.github.ratelimit.identity.Caller;
import io.github.ratelimit.identity.CallerKey;
import io.github.ratelimit.identity.ClientAddress;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Tests for {@link Tier}, {@link TierCall} and {@link CallerKey}.
 */
class TierTests {

	private static final List<Limit> OWN = List.of(Limit.of("1/s").withName("api"));

	private static final List<Limit> ANONYMOUS = List.of(Limit.of("2/s").withName("api"));

	private static final List<Limit> PREMIUM = List.of(Limit.of("3/s").withName("api"));

	@Test
	void planIsTheFirstCandidateThatTheTierNames() {
		Tier tier = tier(OWN, Map.of("premium", PREMIUM, "anonymous", ANONYMOUS));
		assertThat(tier.plan(List.of("premium", "anonymous"))).isEqualTo("premium");
		assertThat(tier.plan(List.of("gold", "anonymous"))).isEqualTo("anonymous");
		assertThat(tier.plan(List.of("anonymous", "premium"))).isEqualTo("anonymous");
	}

	@Test
	void planIsTheTiersOwnWhereItNamesNoCandidate() {
		Tier tier = tier(OWN, Map.of("premium", PREMIUM, "anonymous", ANONYMOUS));
		assertThat(tier.plan(List.of("gold", "authenticated"))).isEqualTo("default");
		assertThat(tier.plan(List.of())).isEqualTo("default");
		assertThat(tier.settings("default", null).limits()).isEqualTo(OWN);
	}

	@Test
	void planIsAnonymousWhereTheTierHasNoLimitOfItsOwn() {
		Tier tier = tier(List.of(), Map.of("premium", PREMIUM, "anonymous", ANONYMOUS));
		assertThat(tier.plan(List.of("gold", "authenticated"))).isEqualTo("anonymous");
		assertThat(tier.plan(List.of())).isEqualTo("anonymous");
		assertThat(tier.settings("anonymous", null).limits()).isEqualTo(ANONYMOUS);
	}

	@Test
	void settingsAreThoseOfTheTierAndThePlan() {
		Tier tier = new Tier("api", OWN, Map.of("premium", PREMIUM), CallerKey.IP, Scope.TIER, FailureMode.CLOSED,
				Enforcement.SHADOW);
		assertThat(tier.settings("premium", "GET /")).isEqualTo(
				new RateLimiterSettings("api", "premium", "api", PREMIUM, FailureMode.CLOSED, Enforcement.SHADOW));
	}

	@Test
	void endpointHasACountOfItsOwnWhereThatIsTheScope() {
		Tier tier = new Tier("api", OWN, Map.of(), CallerKey.CLIENT, Scope.ENDPOINT, FailureMode.LOCAL,
				Enforcement.ENFORCE);
		assertThat(tier.settings("default", "GET /a").counterName()).isEqualTo("api@GET /a");
		assertThat(tier.settings("default", "GET /b").counterName()).isEqualTo("api@GET /b");
		assertThat(tier.settings("default", null).counterName()).isEqualTo("api");
		assertThat(tier.settings("default", "GET /a").name()).isEqualTo("api");
	}

	@Test
	void limitsByPlanAreSortedAndNameTheTiersOwn() {
		Tier tier = tier(OWN, Map.of("premium", PREMIUM, "anonymous", ANONYMOUS));
		assertThat(tier.limitsByPlan()).containsExactly(Map.entry("anonymous", ANONYMOUS), Map.entry("default", OWN),
				Map.entry("premium", PREMIUM));
		assertThat(tier(List.of(), Map.of("anonymous", ANONYMOUS)).limitsByPlan())
			.containsExactly(Map.entry("anonymous", ANONYMOUS));
	}

	@Test
	void everyCallerNeedsALimit() {
		assertThatIllegalArgumentException().isThrownBy(() -> tier(List.of(), Map.of("premium", PREMIUM)))
			.withMessage("Tier 'api' needs a limit of its own or one for the plan 'anonymous'");
		assertThatIllegalArgumentException().isThrownBy(() -> tier(List.of(), Map.of()))
			.withMessage("Tier 'api' needs a limit of its own or one for the plan 'anonymous'");
	}

	@Test
	void planIsNotCalledAsTheTiersOwn() {
		assertThatIllegalArgumentException().isThrownBy(() -> tier(OWN, Map.of("default", PREMIUM)))
			.withMessage("Tier 'api' cannot have a plan 'default': so its own limit is called");
	}

	@Test
	void nameIsOfTheFormALimitsNameHas() {
		for (String name : List.of("", " ", "a b", "a@b", "a:b", "-a")) {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> new Tier(name, OWN, Map.of(), CallerKey.CLIENT, Scope.TIER, FailureMode.LOCAL,
						Enforcement.ENFORCE))
				.withMessage("A tier's name is 1 to 64 letters, digits, '.', '_' and '-', beginning with a letter or "
						+ "digit, not '" + name + "'");
		}
	}

	@Test
	void nullIsAnError() {
		assertThatNullPointerException()
			.isThrownBy(() -> new Tier(null, OWN, Map.of(), CallerKey.CLIENT, Scope.TIER, FailureMode.LOCAL,
					Enforcement.ENFORCE))
			.withMessage("name must not be null");
		assertThatNullPointerException()
			.isThrownBy(() -> new Tier("api", OWN, Map.of(), null, Scope.TIER, FailureMode.LOCAL, Enforcement.ENFORCE))
			.withMessage("key must not be null");
		assertThatNullPointerException().isThrownBy(
				() -> new Tier("api", OWN, Map.of(), CallerKey.CLIENT, null, FailureMode.LOCAL, Enforcement.ENFORCE))
			.withMessage("scope must not be null");
		assertThatNullPointerException()
			.isThrownBy(() -> new Tier("api", OWN, Map.of(), CallerKey.CLIENT, Scope.TIER, null, Enforcement.ENFORCE))
			.withMessage("failureMode must not be null");
		assertThatNullPointerException()
			.isThrownBy(() -> new Tier("api", OWN, Map.of(), CallerKey.CLIENT, Scope.TIER, FailureMode.LOCAL, null))
			.withMessage("enforcement must not be null");
	}

	@Test
	void plansAreCopied() {
		Map<String, List<Limit>> plans = new HashMap<>(Map.of("premium", PREMIUM));
		Tier tier = tier(OWN, plans);
		plans.clear();
		assertThat(tier.plan(List.of("premium"))).isEqualTo("premium");
	}

	@Test
	void tierCannotBeItsOwnGate() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new Tier("api", List.of(Limit.of("1/s")), Map.of(), CallerKey.CLIENT, Scope.TIER,
					FailureMode.LOCAL, Enforcement.ENFORCE, "api"))
			.withMessage("Tier 'api' cannot be its own gate");
	}

	@Test
	void callCostsNothingOrMore() {
		Caller caller = new Caller(null, ClientAddress.of("203.0.113.7"));
		assertThat(new TierCall("api", "GET /", null, 0, caller).cost()).isZero();
		assertThatIllegalArgumentException().isThrownBy(() -> new TierCall("api", "GET /", null, -1, caller))
			.withMessage("A cost must not be negative, but is -1");
	}

	private static Tier tier(List<Limit> limits, Map<String, List<Limit>> plans) {
		return new Tier("api", limits, plans, CallerKey.CLIENT, Scope.TIER, FailureMode.LOCAL, Enforcement.ENFORCE);
	}

}
