package io.github.ratelimit.tier;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Enforcement;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitMode;
import io.github.ratelimit.Outcome;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitEvent;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.TierUse;
import io.github.ratelimit.UnknownTierException;
import io.github.ratelimit.identity.CallerKey;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for limits that rules set: {@link LimitLookup}, {@link RuleSet} and
 * {@link TierRateLimiters}.
 */
class RulesTests {

	private static final Instant NEW_YEAR = Instant.parse("2027-01-01T00:00:00Z");

	private final List<RateLimitEvent> events = new ArrayList<>();

	private Instant now = NEW_YEAR;

	private final Rules rules = new Rules(RuleSet.EMPTY, () -> this.now);

	private final TierRateLimiters limiters = new TierRateLimiters(
			List.of(tier("ai", 1, Map.of("premium", List.of(Limit.of("2/d")))), tier("api", 3, Map.of()),
					tier("global", 4, Map.of()),
					tier(Limit.of("3/d").withAlgorithm(Algorithm.SLIDING_WINDOW), "sliding"),
					tier(Limit.of("9/d").perCalendar(ZoneOffset.UTC), "day"),
					tier(Limit.of("3/d").withAlgorithm(Algorithm.SLIDING_WINDOW).withMode(LimitMode.LEASED), "leased")),
			this.rules, InMemoryRateLimitStore.create(1000, () -> 1), new RateLimitListener() {

				@Override
				public void onDecision(RateLimitEvent event) {
					RulesTests.this.events.add(event);
				}

			});

	@ParameterizedTest
	@CsvSource(nullValues = "-", value = { //
			"ai, alice, premium, 10, CLIENT_AND_ENDPOINT", //
			"api, alice, premium, 20, CLIENT", //
			"ai, bob, gold, 30, PLAN", //
			"api, bob, gold, 40, PLAN", //
			"ai, bob, premium, 2, PLAN", //
			"ai, bob, -, 50, TIER", //
			"api, bob, -, 3, TIER", //
			"report, bob, -, 60, TIER", //
			"global, bob, -, 70, DEFAULT", //
			"chat, carol, -, 70, DEFAULT", //
			"chat, alice, -, 20, CLIENT", //
			"chat, dave, -, 80, CLIENT_AND_ENDPOINT" })
	void limitsAreLookedUpInOneOrder(String name, String key, @Nullable String plan, long limit, RuleLevel level) {
		this.rules.replace(RuleSet.of(List.of(rule("alice", "ai", null, "10/d"), rule("alice", null, null, "20/d"),
				rule(null, "ai", "gold", "30/d"), rule(null, null, "gold", "40/d"), rule(null, "ai", null, "50/d"),
				rule(null, "report", null, "60/d"), rule(null, null, null, "70/d"),
				rule("dave", "chat", null, "80/d"))));
		LimitsInForce limits = this.limiters.limits(name, key, (plan != null) ? List.of(plan) : List.of());
		assertThat(limits.settings().limits()).extracting(Limit::burst).containsExactly(limit);
		assertThat(limits.level()).isEqualTo(level);
		assertThat(limits.settings().name()).isEqualTo(name);
	}

	@Test
	void firstPlanOfTheCallerThatHasLimitsHolds() {
		this.rules.replace(RuleSet.of(List.of(rule(null, null, "authenticated", "9/d"))));
		assertThat(limit("ai", "bob", "premium", "authenticated")).isEqualTo(2);
		assertThat(limit("api", "bob", "premium", "authenticated")).isEqualTo(9);
	}

	@Test
	void nameThatOnlyRulesKnowHasTheDefaultForEverybodyElse() {
		assertThatExceptionOfType(UnknownTierException.class)
			.isThrownBy(() -> this.limiters.limits("login", "bob", List.of()));
		this.rules.replace(RuleSet.of(List.of(rule("alice", "login", null, "7/d"))));
		assertThat(limit("login", "alice")).isEqualTo(7);
		LimitsInForce limits = this.limiters.limits("login", "bob", List.of());
		assertThat(limits.level()).isEqualTo(RuleLevel.DEFAULT);
		assertThat(limits.rule()).isNull();
		assertThat(limits.settings().counterName()).isEqualTo("login");
		assertThat(limits.settings().limits()).containsExactly(Limit.of("4/d").withName("login"));
	}

	@Test
	void ruleHoldsWhileItIsValid() {
		Rule sale = new Rule(new RuleTarget("alice", "api", null), List.of(Limit.of("100/d")), null, null, 100,
				NEW_YEAR.plusSeconds(10), NEW_YEAR.plusSeconds(20));
		this.rules.replace(RuleSet.of(List.of(rule("alice", "api", null, "5/d"), sale)));
		assertThat(limit("api", "alice")).isEqualTo(5);
		this.now = NEW_YEAR.plusSeconds(10);
		assertThat(limit("api", "alice")).isEqualTo(100);
		this.now = NEW_YEAR.plusSeconds(20);
		assertThat(limit("api", "alice")).isEqualTo(5);
	}

	@Test
	void ofRulesThatHoldTheOneThatBeganLastCounts() {
		this.rules
			.replace(RuleSet.of(List.of(from("alice", 1, "1/d"), from("alice", 3, "3/d"), from("alice", 2, "2/d"))));
		this.now = NEW_YEAR.plusSeconds(5);
		assertThat(limit("api", "alice")).isEqualTo(3);
	}

	@Test
	void twoRulesOfOneBeginningAreNone() {
		assertThatExceptionOfType(InvalidRuleException.class)
			.isThrownBy(() -> RuleSet.of(List.of(from("alice", 1, "1/d"), from("alice", 1, "2/d"))))
			.satisfies((ex) -> assertThat(ex.getField()).isEqualTo("valid_from"));
	}

	@Test
	void rulesOfTheConfigurationHoldWhereNoOtherDoes() {
		Rules layered = new Rules(
				RuleSet.of(List.of(rule("alice", "api", null, "5/d"), rule("bob", "api", null, "6/d"))),
				() -> this.now);
		layered.replace(RuleSet.of(List.of(rule("alice", "api", null, "50/d"), from("bob", 10, "60/d"))));
		assertThat(layered.current().find("alice", "api", null, this.now))
			.isEqualTo(rule("alice", "api", null, "50/d"));
		assertThat(layered.current().find("bob", "api", null, this.now)).isEqualTo(rule("bob", "api", null, "6/d"));
		layered.replace(RuleSet.EMPTY);
		assertThat(layered.current().all()).hasSize(2);
	}

	@Test
	void countGoesOnWhenARuleChangesTheLimit() {
		assertThat(this.limiters.get("api").tryAcquire("alice", 3).remaining()).isZero();
		this.rules.replace(RuleSet.of(List.of(rule("alice", "api", null, "10/d"))));
		RateLimitDecision decision = this.limiters.get("api").tryAcquire("alice");
		assertThat(decision.limit()).isEqualTo(10);
		assertThat(decision.remaining()).as("3 and 1 of 10 are used").isEqualTo(6);
	}

	@Test
	void limiterOfATierObeysRulesThatComeLater() {
		RateLimiter limiter = this.limiters.get("api");
		assertThat(limiter.tryAcquire("alice").limit()).isEqualTo(3);
		this.rules.replace(RuleSet.of(List.of(rule("alice", null, null, "10/d"))));
		assertThat(limiter.tryAcquire("alice").limit()).isEqualTo(10);
		assertThat(limiter.tryAcquire("bob").limit()).isEqualTo(3);
		this.rules.replace(RuleSet.EMPTY);
		assertThat(limiter.peek("alice").limit()).isEqualTo(3);
	}

	@Test
	void watchedRuleIsCountedBesideWhatHoldsAndRefusesNobody() {
		this.rules.replace(RuleSet.of(List.of(watched("alice", "1/d"))));
		RateLimiter limiter = this.limiters.get("api");
		assertThat(limiter.tryAcquire("alice")).satisfies((decision) -> {
			assertThat(decision.outcome()).isEqualTo(Outcome.ALLOWED);
			assertThat(decision.limits()).hasSize(1);
			assertThat(decision.limit()).isEqualTo(3);
		});
		assertThat(limiter.tryAcquire("alice").outcome()).isEqualTo(Outcome.ALLOWED);
		assertThat(limiter.tryAcquire("alice").outcome()).isEqualTo(Outcome.ALLOWED);
		assertThat(limiter.tryAcquire("alice").outcome()).isEqualTo(Outcome.REFUSED);
		assertThat(this.events).extracting((event) -> event.beside() + " " + event.decision().outcome())
			.containsExactly("false ALLOWED", "true ALLOWED", "false ALLOWED", "true SHADOW_REFUSED", "false ALLOWED",
					"true SHADOW_REFUSED", "false REFUSED");
	}

	@Test
	void watchedRulesOfSeveralLevelsHaveCountsOfTheirOwn() {
		Rule all = new Rule(new RuleTarget(null, "api", null), List.of(Limit.of("1/d")), null, Enforcement.SHADOW, 100,
				null, null);
		this.rules.replace(RuleSet.of(List.of(watched("alice", "2/d"), all)));
		LimitsInForce limits = this.limiters.limits("api", "alice", List.of());
		assertThat(limits.level()).isEqualTo(RuleLevel.TIER);
		assertThat(limits.watched()).extracting((watched) -> watched.settings().counterName())
			.containsExactly("api~client+endpoint", "api~all+endpoint");
		this.limiters.get("api").tryAcquire("alice");
		assertThat(this.events).extracting((event) -> event.decision().remaining()).containsExactly(2L, 1L, 0L);
	}

	@Test
	void ruleForSomeKeysIsWatchedForTheOthers() {
		Rule canary = new Rule(new RuleTarget(null, "api", null), List.of(Limit.of("1/d")), null, null, 30, null, null);
		List<String> keys = IntStream.range(0, 2000).mapToObj((i) -> "user:" + i).toList();
		List<String> enforced = keys.stream().filter(canary::isEnforcedFor).toList();
		assertThat(enforced).hasSizeBetween(500, 700);
		Rule wider = new Rule(canary.target(), canary.limits(), null, null, 60, null, null);
		assertThat(keys.stream().filter(wider::isEnforcedFor)).as("stay the same while it grows").containsAll(enforced);
		this.rules.replace(RuleSet.of(List.of(canary)));
		String tried = enforced.get(0);
		String other = keys.stream().filter((key) -> !enforced.contains(key)).findFirst().orElseThrow();
		assertThat(limit("api", tried)).isEqualTo(1);
		assertThat(limit("api", other)).isEqualTo(3);
		assertThat(this.limiters.limits("api", other, List.of()).watched()).hasSize(1);
		assertThat(this.limiters.limits("api", tried, List.of()).watched()).isEmpty();
	}

	@Test
	void keysAreDealtOutForEver() {
		RuleTarget target = new RuleTarget(null, "api", null);
		assertThat(List.of("user:1", "user:2", "user:3", "ip:203.0.113.7"))
			.extracting((key) -> KeyShare.of(target, key))
			.containsExactly(84, 35, 74, 84);
		assertThat(KeyShare.of(new RuleTarget(null, null, "api"), "user:1"))
			.isNotEqualTo(KeyShare.of(target, "user:1"));
	}

	@Test
	void whatNoRuleIsForIsMadeOnce() {
		this.rules.replace(RuleSet.of(List.of(rule("alice", null, null, "10/d"))));
		assertThat(this.limiters.limits("api", "bob", List.of("gold")))
			.isSameAs(this.limiters.limits("api", "carol", List.of()));
	}

	@Test
	void percentageHasItsEnds() {
		assertThat(percentage(0).isEnforcedFor("a")).isFalse();
		assertThat(IntStream.range(0, 500)).allMatch((i) -> percentage(100).isEnforcedFor("key" + i));
	}

	@Test
	void ruleKeepsWhatTheTierSaysUnlessItSaysOtherwise() {
		this.rules
			.replace(RuleSet.of(List.of(rule("alice", "api", null, "5/d"), new Rule(new RuleTarget("bob", "api", null),
					List.of(Limit.of("5/d")), FailureMode.CLOSED, Enforcement.ENFORCE, 100, null, null))));
		assertThat(this.limiters.limits("api", "alice", List.of()).settings().failureMode())
			.isEqualTo(FailureMode.OPEN);
		assertThat(this.limiters.limits("api", "bob", List.of()).settings().failureMode())
			.isEqualTo(FailureMode.CLOSED);
	}

	@Test
	void ruleHasLimitsOfAnyAlgorithm() {
		Limit exact = Limit.of("2/d").withAlgorithm(Algorithm.SLIDING_WINDOW);
		this.rules.replace(RuleSet.of(List
			.of(new Rule(new RuleTarget("alice", "api", null), List.of(exact, Limit.of("5/w").withName("week"))))));
		RateLimitDecision decision = this.limiters.tryAcquire(List.of(TierUse.of("api", "alice")));
		assertThat(decision.limits()).extracting((status) -> status.limit().name()).containsExactly("api", "week");
		assertThat(decision.remaining()).isOne();
	}

	@ParameterizedTest
	@CsvSource({ "5/d, 5, sliding, SLIDING_WINDOW", "5/d, 9, sliding, TOKEN_BUCKET", "5/d, 5, api, TOKEN_BUCKET",
			"600000/d, 600000, sliding, TOKEN_BUCKET", "5/d, 5, day, FIXED_WINDOW", "5/month, 5, day, FIXED_WINDOW",
			"5/10s, 5, day, FIXED_WINDOW", "5/d, 5, login, TOKEN_BUCKET" })
	void limitThatDoesNotSayHowIsCountedAsTheTier(String rate, long burst, String endpoint, Algorithm algorithm) {
		Limit limit = Limit.of(rate).withBurst(burst);
		this.rules.replace(RuleSet.of(List.of(new Rule(new RuleTarget("alice", endpoint, null), List.of(limit), null,
				null, 100, null, null, Set.of(Limit.DEFAULT_NAME)))));
		assertThat(this.limiters.limits(endpoint, "alice", List.of()).settings().limits()).singleElement()
			.satisfies((held) -> assertThat(held.algorithm()).isEqualTo(algorithm))
			.satisfies((held) -> assertThat(held.rate()).isEqualTo(limit.rate()))
			.satisfies((held) -> assertThat(held.burst()).isEqualTo(burst));
	}

	@ParameterizedTest
	@CsvSource({ "5/d, 5, leased, STRICT, true, LEASED", "5/d, 5, leased, STRICT, false, STRICT",
			"5/d, 5, leased, LEASED, true, LEASED", "5/d, 5, api, STRICT, true, STRICT",
			"5/d, 5, api, LEASED, false, LEASED", "5/d, 9, leased, STRICT, true, LEASED",
			"5/d, 9, leased, STRICT, false, STRICT", "5/d, 5, login, STRICT, true, STRICT" })
	void limitThatDoesNotSayItsModeHasThatOfTheTier(String rate, long burst, String endpoint, LimitMode mode,
			boolean modeAsTier, LimitMode held) {
		Limit limit = Limit.of(rate).withBurst(burst).withMode(mode);
		Set<String> name = Set.of(Limit.DEFAULT_NAME);
		this.rules.replace(RuleSet.of(List.of(new Rule(new RuleTarget("alice", endpoint, null), List.of(limit), null,
				null, 100, null, null, name, (modeAsTier) ? name : Set.of()))));
		assertThat(this.limiters.limits(endpoint, "alice", List.of()).settings().limits()).singleElement()
			.satisfies((found) -> assertThat(found.mode()).isEqualTo(held));
	}

	@Test
	void ruleThatDoesNotSayHowItIsCountedIsNoFreshStart() {
		assertThat(this.limiters.get("sliding").tryAcquire("alice", 3).allowed()).isTrue();
		this.rules.replace(RuleSet.of(List.of(new Rule(new RuleTarget("alice", null, null), List.of(Limit.of("3/d")),
				null, null, 100, null, null, Set.of(Limit.DEFAULT_NAME)))));
		assertThat(this.limiters.get("sliding").tryAcquire("alice").allowed()).isFalse();
	}

	@ParameterizedTest
	@CsvSource(nullValues = "-", value = { "alice, api, -", "alice, -, -", "-, -, gold", "-, api, -", "-, -, -" })
	void limitThatIsCalledLikeWhatItLimitsIsInTheWayOfNone(@Nullable String client, @Nullable String endpoint,
			@Nullable String plan) {
		this.rules.replace(RuleSet.of(List.of(new Rule(new RuleTarget(client, endpoint, plan),
				List.of(Limit.of("5/s"), Limit.of("100/m").withName("api"), Limit.of("200/m").withName("global"))))));
		assertThat(this.limiters.limits("api", "alice", List.of("gold")).settings().limits()).hasSizeBetween(1, 3);
		UseDecisions decisions = decide(TierUse.of("api", "alice").withPlan("gold"),
				TierUse.of("global", "alice").withPlan("gold"));
		assertThat(decisions.whole().allowed()).isTrue();
	}

	@Test
	void nameThatARuleHadGoesOnByTheDefault() {
		this.rules.replace(RuleSet.of(List.of(rule("alice", "login", null, "7/d"))));
		this.rules.replace(RuleSet.EMPTY);
		assertThat(this.limiters.isLimited("login")).isTrue();
		assertThat(limit("login", "alice")).isEqualTo(4);
		assertThat(this.limiters.isLimited("signup")).isFalse();
	}

	@Test
	void namesAreNotRefusedWhileRulesCannotBeRead() {
		this.rules.report(new RulesStatus(RulesStatus.Source.CONFIGURATION, null, NEW_YEAR, "down", List.of()));
		assertThat(limit("login", "alice")).isEqualTo(4);
		assertThat(this.limiters.isLimited("no name")).isFalse();
		decide(TierUse.of("made-up", "bob"));
		assertThat(this.events).extracting(RateLimitEvent::tier).as("meters are bounded").containsExactly("global");
		assertThat(this.limiters.usedTiers()).isEmpty();
		this.rules.report(new RulesStatus(RulesStatus.Source.COPY, NEW_YEAR, null, null, List.of()));
		assertThat(this.limiters.isLimited("login")).isTrue();
		this.rules.report(new RulesStatus(RulesStatus.Source.REPOSITORY, NEW_YEAR, null, null,
				List.of(new SkippedRule("row 1", "it is none"))));
		assertThat(this.limiters.isLimited("login")).isTrue();
		this.rules.report(new RulesStatus(RulesStatus.Source.REPOSITORY, NEW_YEAR, null, null, List.of()));
		assertThat(this.limiters.isLimited("login")).isFalse();
	}

	@Test
	void decisionOfEachUseIsTold() {
		this.rules.replace(RuleSet.of(List.of(watched("alice", "1/d"), rule("bob", "login", null, "1/d"))));
		UseDecisions decisions = decide(TierUse.of("api", "alice"), TierUse.of("login", "bob"));
		assertThat(decisions.whole().allowed()).isTrue();
		assertThat(decisions.each()).extracting(RateLimitDecision::limit).containsExactly(3L, 1L);
		UseDecisions refused = decide(TierUse.of("api", "alice"), TierUse.of("login", "bob"));
		assertThat(refused.whole().allowed()).isFalse();
		assertThat(refused.each()).extracting(RateLimitDecision::refusedBy)
			.containsExactly(List.of(), List.of("login"));
		assertThat(this.limiters.get("api").peek("alice").remaining()).as("nothing is charged").isEqualTo(2);
	}

	@Test
	void clientOfAnyTextIsLookedUp() {
		this.rules.replace(RuleSet.of(List.of(rule("alice", "api", null, "5/d"))));
		assertThat(limit("api", "x".repeat(10_000))).isEqualTo(3);
		assertThat(limit("api", "a\nb\u0000")).isEqualTo(3);
	}

	private UseDecisions decide(TierUse... uses) {
		return this.limiters.decide(List.of(uses));
	}

	private long limit(String name, String key, String... plans) {
		return this.limiters.limits(name, key, List.of(plans)).settings().limits().get(0).burst();
	}

	private static Rule percentage(int percentage) {
		return new Rule(new RuleTarget(null, null, null), List.of(Limit.of("1/d")), null, null, percentage, null, null);
	}

	private static Rule rule(@Nullable String client, @Nullable String endpoint, @Nullable String plan, String rate) {
		return new Rule(new RuleTarget(client, endpoint, plan), List.of(Limit.of(rate)));
	}

	private static Rule from(String client, long seconds, String rate) {
		return new Rule(new RuleTarget(client, "api", null), List.of(Limit.of(rate)), null, null, 100,
				NEW_YEAR.plusSeconds(seconds), null);
	}

	private static Rule watched(String client, String rate) {
		return new Rule(new RuleTarget(client, "api", null), List.of(Limit.of(rate)), null, Enforcement.SHADOW, 100,
				null, null);
	}

	private static Tier tier(Limit limit, String name) {
		return new Tier(name, List.of(limit.withName(name)), Map.of(), CallerKey.CLIENT, Scope.TIER, FailureMode.OPEN,
				Enforcement.ENFORCE);
	}

	private static Tier tier(String name, long quota, Map<String, List<Limit>> plans) {
		return new Tier(name, List.of(Limit.of(quota + "/d").withName(name)), plans, CallerKey.CLIENT, Scope.TIER,
				FailureMode.OPEN, Enforcement.ENFORCE);
	}

}
