package io.github.ratelimit.actuate;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.CircuitBreakerStatus;
import io.github.ratelimit.Counter;
import io.github.ratelimit.Enforcement;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitMode;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.StoreStatus;
import io.github.ratelimit.UnknownTierException;
import io.github.ratelimit.actuate.KeyDescriptor.CountDescriptor;
import io.github.ratelimit.actuate.LimitDescriptor.LeaseDescriptor;
import io.github.ratelimit.actuate.RateLimiterDescriptor.CircuitBreakerDescriptor;
import io.github.ratelimit.actuate.RateLimiterDescriptor.ErrorsDescriptor;
import io.github.ratelimit.actuate.RateLimiterDescriptor.PlanDescriptor;
import io.github.ratelimit.actuate.RateLimiterDescriptor.RulesDescriptor;
import io.github.ratelimit.actuate.RateLimiterDescriptor.StoreDescriptor;
import io.github.ratelimit.actuate.RateLimiterDescriptor.TierDescriptor;
import io.github.ratelimit.check.Check;
import io.github.ratelimit.check.Findings;
import io.github.ratelimit.identity.CallerKey;
import io.github.ratelimit.observation.RateLimitStatistics;
import io.github.ratelimit.observation.RateLimitStatistics.Decisions;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import io.github.ratelimit.tier.Rule;
import io.github.ratelimit.tier.RuleSet;
import io.github.ratelimit.tier.RuleTarget;
import io.github.ratelimit.tier.Rules;
import io.github.ratelimit.tier.RulesStatus;
import io.github.ratelimit.tier.Scope;
import io.github.ratelimit.tier.SkippedRule;
import io.github.ratelimit.tier.Tier;
import io.github.ratelimit.tier.TierRateLimiters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

class RateLimiterEndpointTests {

	private static final LimitDescriptor TWO_PER_SECOND = new LimitDescriptor("default", "2/s", 5, "token-bucket",
			null);

	private static final LimitDescriptor ONE_PER_TWO_SECONDS = new LimitDescriptor("default", "1/2s", 2, "token-bucket",
			null);

	private static final Tier AI = new Tier("ai", List.of(),
			Map.of("authenticated", List.of(Limit.of("2/s").withBurst(5)), "anonymous",
					List.of(Limit.of("0.5/s").withBurst(2))),
			CallerKey.CLIENT, Scope.TIER, FailureMode.LOCAL, Enforcement.ENFORCE);

	private static final Tier TOOLS = new Tier("tools", List.of(Limit.of("100/m")), Map.of(), CallerKey.IP,
			Scope.ENDPOINT, FailureMode.CLOSED, Enforcement.SHADOW);

	private static final Tier REPORTS = new Tier("reports",
			List.of(Limit.of("10/m").withAlgorithm(Algorithm.SLIDING_WINDOW).withName("minute"), perDay("100/d")),
			Map.of("premium", List.of(Limit.of("50/m").withName("minute"), perDay("1000/d"))), CallerKey.CLIENT,
			Scope.TIER, FailureMode.LOCAL, Enforcement.ENFORCE);

	private final AtomicLong micros = new AtomicLong();

	private final RateLimitStatistics statistics = new RateLimitStatistics();

	private final InMemoryRateLimitStore memory = InMemoryRateLimitStore.create(100, this.micros::get);

	private final TierRateLimiters limiters = limiters(this.memory);

	private final RateLimiterEndpoint endpoint = new RateLimiterEndpoint(this.limiters, this.memory, this.statistics,
			new Findings(Check::severity), UnaryOperator.identity());

	@Test
	void reportsTiersInTheWordsOfTheConfiguration() {
		assertThat(this.endpoint.rateLimiter().tiers()).containsExactly(
				Map.entry("ai",
						new TierDescriptor("client", "tier", "local", "enforce",
								Map.of("anonymous", new PlanDescriptor(List.of(ONE_PER_TWO_SECONDS), Decisions.NONE),
										"authenticated", new PlanDescriptor(List.of(TWO_PER_SECOND), Decisions.NONE)))),
				Map.entry("tools",
						new TierDescriptor("ip", "endpoint", "closed", "shadow", Map.of("default",
								new PlanDescriptor(
										List.of(new LimitDescriptor("default", "100/m", 100, "token-bucket", null)),
										Decisions.NONE)))));
	}

	@Test
	void reportsWhereRulesComeFrom() {
		assertThat(this.endpoint.rateLimiter().rules())
			.isEqualTo(new RulesDescriptor("configuration", 0, null, null, null, List.of()));
		Rules rules = this.limiters.rules();
		rules.replace(RuleSet.of(List.of(new Rule(new RuleTarget(null, "ai", null), List.of(Limit.of("5/s"))))));
		List<SkippedRule> skipped = List.of(new SkippedRule("row 7", "'rate': it is missing"));
		rules.report(new RulesStatus(RulesStatus.Source.COPY, Instant.EPOCH, Instant.EPOCH.plusSeconds(1), "refused",
				skipped));
		assertThat(this.endpoint.rateLimiter().rules())
			.isEqualTo(new RulesDescriptor("copy", 1, Instant.EPOCH, Instant.EPOCH.plusSeconds(1), "refused", skipped));
	}

	@Test
	void reportsAllLimitsOfAPlanInTheirOrder() {
		assertThat(reports().rateLimiter().tiers().get("reports").plans().get("default").limits()).containsExactly(
				new LimitDescriptor("minute", "10/m", 10, "sliding-window", null),
				new LimitDescriptor("day", "100/d", 100, "fixed-window", "Europe/Berlin"));
	}

	@Test
	void tellsWhichLimitsAreLeased() {
		Limit strict = Limit.of("1000/s");
		Limit leased = strict.withMode(LimitMode.LEASED);
		Limit small = Limit.of("10/s").withMode(LimitMode.LEASED);
		Duration longest = Duration.ofSeconds(1);
		assertThat(LeaseDescriptor.of(strict, List.of(strict, leased), null, longest)).isNull();
		assertThat(LeaseDescriptor.of(leased, List.of(leased), null, longest))
			.isEqualTo(new LeaseDescriptor(Duration.ofMillis(100), null));
		assertThat(LeaseDescriptor.of(leased, List.of(strict, leased), null, longest).strictBecause())
			.contains("another");
		assertThat(LeaseDescriptor.of(leased, List.of(leased), null, null).strictBecause()).contains("not Redis");
		assertThat(LeaseDescriptor.of(small, List.of(small), null, longest))
			.isEqualTo(new LeaseDescriptor(null, "too small: leases need a burst of 100 units, and 10 ms to be a tenth"
					+ " of the time in which it comes back"));
	}

	@Test
	void tellsThatALimitIsNotLeasedWhereItsGateIsNot() {
		Limit leased = Limit.of("1000/s").withMode(LimitMode.LEASED);
		Limit strict = Limit.of("1000/s");
		assertThat(lease(gate(leased, leased, Enforcement.ENFORCE)))
			.isEqualTo(new LeaseDescriptor(Duration.ofMillis(100), null));
		assertThat(lease(gate(strict, strict, Enforcement.ENFORCE)))
			.isEqualTo(new LeaseDescriptor(null, "its gate 'addresses' is strict"));
		assertThat(lease(gate(strict, leased, Enforcement.ENFORCE))).isEqualTo(new LeaseDescriptor(
				Duration.ofMillis(100), "its gate 'addresses' is strict for callers of some plans"));
		assertThat(lease(gate(strict, strict, Enforcement.SHADOW)))
			.isEqualTo(new LeaseDescriptor(Duration.ofMillis(100), null));
	}

	private static Tier gate(Limit own, Limit premium, Enforcement enforcement) {
		return new Tier("addresses", List.of(own), Map.of("premium", List.of(premium)), CallerKey.IP, Scope.TIER,
				FailureMode.LOCAL, enforcement);
	}

	private static LeaseDescriptor lease(Tier gate) {
		Tier tier = new Tier("search", List.of(Limit.of("1000/s").withMode(LimitMode.LEASED)), Map.of(),
				CallerKey.CLIENT, Scope.TIER, FailureMode.LOCAL, Enforcement.ENFORCE, "addresses");
		StoreStatus store = StoreStatus.connected("redis").withLeaseTime(Duration.ofSeconds(1));
		InMemoryRateLimitStore memory = InMemoryRateLimitStore.create(100, () -> 0);
		return RateLimiterDescriptor
			.of(store, new TierRateLimiters(List.of(tier, gate), memory, new RateLimitListener() {
			}), new RateLimitStatistics(), new Findings(Check::severity))
			.tiers()
			.get("search")
			.plans()
			.get("default")
			.limits()
			.get(0)
			.lease();
	}

	@Test
	void tellsWhereAKeyStandsUnderEachOfSeveralLimits() {
		RateLimiterEndpoint reports = reports();
		reports(List.of()).tryAcquire("user:alice", 4);
		assertThat(reports.key("reports", "user:alice").counts())
			.extracting(CountDescriptor::plan, (count) -> count.limit().name(), CountDescriptor::remaining,
					CountDescriptor::resetAfter)
			.containsExactly(tuple("default", "minute", 6L, Duration.ofMinutes(1)),
					tuple("default", "day", 96L, Duration.ofHours(23)), tuple("premium", "minute", 50L, Duration.ZERO),
					tuple("premium", "day", 996L, Duration.ofHours(23)));
	}

	@Test
	void givesAKeyItsUnitsOfAllLimitsBack() {
		RateLimiterEndpoint reports = reports();
		reports(List.of()).tryAcquire("user:alice", 4);
		reports(List.of("premium")).tryAcquire("user:alice", 4);
		reports.resetKey("reports", "user:alice");
		assertThat(reports.key("reports", "user:alice").counts()).extracting(CountDescriptor::remaining)
			.containsExactly(10L, 100L, 50L, 1000L);
		assertThat(this.memory.size()).isZero();
	}

	private RateLimiterEndpoint reports() {
		return new RateLimiterEndpoint(new TierRateLimiters(List.of(REPORTS), this.memory, this.statistics),
				this.memory, this.statistics, new Findings(Check::severity), UnaryOperator.identity());
	}

	private RateLimiter reports(List<String> plans) {
		return new TierRateLimiters(List.of(REPORTS), this.memory, this.statistics).limiter(REPORTS, plans, null);
	}

	@Test
	void reportsTheStore() {
		assertThat(this.endpoint.rateLimiter().store())
			.isEqualTo(new StoreDescriptor("memory", true, null, null, null, null, null, List.of()));
		assertThat(endpoint(new UnreachableStore()).rateLimiter().store()).isEqualTo(
				new StoreDescriptor("redis", false, "redis.example.org:6379", "7.0.15", UnreachableStore.DEGRADED_SINCE,
						new CircuitBreakerDescriptor("open", 5, Duration.ofMillis(6_400),
								"java.net.ConnectException: Connection refused"),
						3, List.of("maxmemory-policy is allkeys-lru")));
	}

	@ParameterizedTest
	@CsvSource({ "CLOSED, closed", "OPEN, open", "HALF_OPEN, half-open" })
	void reportsWhereTheCircuitBreakerStands(CircuitBreakerStatus.State state, String word) {
		CircuitBreakerStatus status = new CircuitBreakerStatus(state, 2, null);
		assertThat(CircuitBreakerDescriptor.of(status)).isEqualTo(new CircuitBreakerDescriptor(word, 2, null, null));
	}

	@Test
	void reportsWhatWasDecidedByPlanAndInAll() {
		acquire("authenticated", "user:alice", 5);
		acquire("authenticated", "user:alice", 1);
		acquire("anonymous", "ip:203.0.113.7", 1);
		Map<String, PlanDescriptor> plans = tier("ai").plans();
		assertThat(statistics(plans, "authenticated").allowed()).isEqualTo(1);
		assertThat(statistics(plans, "authenticated").refused()).isEqualTo(1);
		assertThat(statistics(plans, "anonymous").allowed()).isEqualTo(1);
		assertThat(statistics(plans, "anonymous").refused()).isZero();
		assertThat(this.endpoint.rateLimiter().total().allowed()).isEqualTo(2);
		assertThat(this.endpoint.rateLimiter().total().refused()).isEqualTo(1);
		assertThat(this.endpoint.rateLimiter().total().latency().count()).isEqualTo(3);
	}

	@Test
	void reportsErrorsOfTheStore() {
		assertThat(this.endpoint.rateLimiter().errors()).isEqualTo(new ErrorsDescriptor(0, Map.of()));
		this.statistics.onStoreError("acquire", new IllegalStateException());
		this.statistics.onStoreError("acquire", new IllegalStateException());
		this.statistics.onStoreError("reset", new IllegalStateException());
		assertThat(this.endpoint.rateLimiter().errors())
			.isEqualTo(new ErrorsDescriptor(3, Map.of("acquire", 2L, "reset", 1L)));
	}

	@Test
	void tellsWhereAKeyStandsUnderEachPlan() {
		acquire("authenticated", "user:alice", 1);
		assertThat(this.endpoint.key("ai", "user:alice").counts()).containsExactly(
				new CountDescriptor(null, "anonymous", ONE_PER_TWO_SECONDS, 1L, Duration.ofSeconds(2), "memory"),
				new CountDescriptor(null, "authenticated", TWO_PER_SECOND, 4L, Duration.ofMillis(500), "memory"));
	}

	@Test
	void tellsThatAnUnknownKeyHasAllItsUnits() {
		assertThat(this.endpoint.key("ai", "user:bob").counts()).extracting(CountDescriptor::remaining)
			.containsExactly(2L, 5L);
	}

	@Test
	void chargesAndCountsNothingForAsking() {
		acquire("authenticated", "user:alice", 3);
		assertThat(this.endpoint.key("ai", "user:alice")).isEqualTo(this.endpoint.key("ai", "user:alice"));
		assertThat(this.endpoint.rateLimiter().total().latency().count()).isEqualTo(1);
	}

	@Test
	void tellsWhereAKeyStandsWithEachEndpoint() {
		acquireEndpoint("search", 30);
		acquireEndpoint("fetch", 1);
		assertThat(this.endpoint.key("tools", "user:alice").counts())
			.extracting(CountDescriptor::endpoint, CountDescriptor::remaining)
			.containsExactly(tuple(null, 100L), tuple("fetch", 99L), tuple("search", 70L));
	}

	@Test
	void tellsThatNobodyKnowsWhereAKeyStands() {
		RateLimitStore unavailable = new RateLimitStore() {

			@Override
			public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
				return CompletableFuture.completedFuture(RateLimitDecision.unavailable());
			}

			@Override
			public CompletionStage<Void> reset(List<Counter> counters) {
				return CompletableFuture.completedFuture(null);
			}

		};
		assertThat(endpoint(unavailable).key("ai", "user:alice").counts()).containsExactly(
				new CountDescriptor(null, "anonymous", ONE_PER_TWO_SECONDS, null, null, "failure-mode"),
				new CountDescriptor(null, "authenticated", TWO_PER_SECOND, null, null, "failure-mode"));
	}

	@Test
	void givesAKeyAllItsUnitsBackAndNoOther() {
		acquire("authenticated", "user:alice", 5);
		acquire("authenticated", "user:bob", 5);
		this.endpoint.resetKey("ai", "user:alice");
		assertThat(remaining("ai", "user:alice")).containsExactly(2L, 5L);
		assertThat(remaining("ai", "user:bob")).containsExactly(0L, 0L);
	}

	@Test
	void givesAKeyItsUnitsOfAllEndpointsBack() {
		this.limiters.get("tools").tryAcquire("user:alice");
		acquireEndpoint("search", 30);
		acquireEndpoint("fetch", 1);
		this.endpoint.resetKey("tools", "user:alice");
		assertThat(remaining("tools", "user:alice")).containsExactly(100L, 100L, 100L);
	}

	@Test
	void knowsNoOtherTiers() {
		assertThatExceptionOfType(UnknownTierException.class)
			.isThrownBy(() -> this.endpoint.key("premium", "user:alice"));
		assertThatExceptionOfType(UnknownTierException.class)
			.isThrownBy(() -> this.endpoint.resetKey("premium", "user:alice"));
	}

	@Test
	void takesNoBlankKey() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.endpoint.key("ai", " "));
		assertThatIllegalArgumentException().isThrownBy(() -> this.endpoint.resetKey("ai", " "));
	}

	@Test
	void failsWithTheStoresOwnException() {
		RateLimiterEndpoint unreachable = endpoint(new UnreachableStore());
		assertThatIllegalStateException().isThrownBy(() -> unreachable.key("ai", "user:alice"))
			.withMessage("No connection");
		assertThatIllegalStateException().isThrownBy(() -> unreachable.resetKey("ai", "user:alice"))
			.withMessage("No connection");
	}

	@Test
	void testsTheStoreWithoutCounting() {
		assertThat(this.endpoint.selfTest().passed()).isTrue();
		assertThat(this.endpoint.rateLimiter().total()).isEqualTo(Decisions.NONE);
		assertThat(this.memory.size()).isZero();
	}

	private static Limit perDay(String rate) {
		return Limit.of(rate).perCalendar(ZoneId.of("Europe/Berlin")).withName("day");
	}

	private TierRateLimiters limiters(RateLimitStore store) {
		return new TierRateLimiters(List.of(TOOLS, AI), store, this.statistics);
	}

	private RateLimiterEndpoint endpoint(RateLimitStore store) {
		return new RateLimiterEndpoint(limiters(store), store, this.statistics, new Findings(Check::severity),
				UnaryOperator.identity());
	}

	private void acquire(String plan, String key, long cost) {
		this.limiters.get("ai", plan).tryAcquire(key, cost);
	}

	private void acquireEndpoint(String endpoint, long cost) {
		this.limiters.limiter(TOOLS, List.of(), endpoint).tryAcquire("user:alice", cost);
	}

	private List<Long> remaining(String tier, String key) {
		return this.endpoint.key(tier, key).counts().stream().map(CountDescriptor::remaining).toList();
	}

	private TierDescriptor tier(String name) {
		return this.endpoint.rateLimiter().tiers().get(name);
	}

	private static Decisions statistics(Map<String, PlanDescriptor> plans, String plan) {
		return plans.get(plan).statistics();
	}

}
