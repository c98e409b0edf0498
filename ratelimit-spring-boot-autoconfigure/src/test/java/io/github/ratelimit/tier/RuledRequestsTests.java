package io.github.ratelimit.tier;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.ratelimit.Enforcement;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitEvent;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.identity.Caller;
import io.github.ratelimit.identity.CallerKey;
import io.github.ratelimit.identity.ClientAddress;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for routes and annotated methods whose limits are set by rules.
 */
class RuledRequestsTests {

	private static final Caller ALICE = new Caller(() -> "alice", ClientAddress.of("203.0.113.7"));

	private static final Caller BOB = new Caller(() -> "bob", ClientAddress.of("203.0.113.7"));

	private final List<String> told = new ArrayList<>();

	private final Rules rules = new Rules(RuleSet.EMPTY, () -> Instant.EPOCH);

	private final TierRateLimiters limiters = new TierRateLimiters(
			List.of(tier("ai", CallerKey.CLIENT, Scope.TIER, "gate"),
					tier("tools", CallerKey.CLIENT, Scope.ENDPOINT, null),
					tier("gate", CallerKey.IP, Scope.TIER, null)),
			this.rules, InMemoryRateLimitStore.create(100, () -> 1), new RateLimitListener() {

				@Override
				public void onDecision(RateLimitEvent event) {
					RuledRequestsTests.this.told.add(event.tier() + " " + event.plan()
							+ ((event.beside()) ? " beside " : " ") + event.decision().outcome());
				}

			});

	private final TierGate gate = new TierGate(this.limiters, List.of((caller) -> (caller == BOB) ? "gold" : null));

	private final RequestDecisions request = new RequestDecisions((all) -> {
	});

	@Test
	void ruleOfACustomerHoldsForRoutesAndMethods() {
		rules(rule("user:alice", "ai", null, "50/d", null));
		assertThat(limit(route("ai", ALICE))).isEqualTo(50);
		assertThat(limit(method("ai", ALICE))).isEqualTo(50);
		assertThat(limit(method("ai", BOB))).isEqualTo(2);
	}

	@Test
	void planThatIsNamedTwiceIsLookedUpOnce() {
		rules(rule(null, null, "authenticated", "9/d", Enforcement.SHADOW));
		TierGate gate = new TierGate(this.limiters, List.of((caller) -> "authenticated"));
		gate.enterMethod(List.of(call("tools", ALICE)), null);
		assertThat(this.told).containsExactly("tools default ALLOWED", "tools authenticated beside ALLOWED");
	}

	@Test
	void ruleOfAPlanHoldsInTiersThatNameNoPlan() {
		rules(rule(null, null, "gold", "30/d", null));
		assertThat(limit(method("ai", BOB))).isEqualTo(30);
		assertThat(limit(method("ai", ALICE))).isEqualTo(2);
		assertThat(this.told).contains("ai gold ALLOWED");
	}

	@Test
	void routeAndMethodAreChargedOnceAlsoToWhatIsWatched() {
		rules(rule("user:alice", "ai", null, "1/d", Enforcement.SHADOW));
		route("ai", ALICE);
		method("ai", ALICE);
		assertThat(this.told).containsExactlyInAnyOrder("gate default ALLOWED", "ai default ALLOWED",
				"ai default beside ALLOWED");
		assertThat(this.request.all()).extracting((decision) -> decision.tier() + " " + decision.decision().limit())
			.containsExactlyInAnyOrder("gate 2", "ai 2");
	}

	@Test
	void whatIsWatchedIsNotChargedWhereTheRequestIsRefused() {
		rules(rule("user:alice", "tools", null, "9/d", Enforcement.SHADOW));
		method("tools", ALICE);
		method("tools", ALICE);
		this.told.clear();
		TierAdmission refused = this.gate.enterMethod(List.of(call("tools", ALICE)), null);
		assertThat(refused.refusal()).isNotNull();
		assertThat(this.told).containsExactly("tools default REFUSED");
	}

	@Test
	void whatIsGivenBackIsGivenBackToWhatIsWatchedToo() {
		rules(rule("user:alice", "ai", null, "9/d", Enforcement.SHADOW));
		TierAdmission admission = this.gate.enterMethod(List.of(call("ai", ALICE)), this.request);
		admission.cancel(Set.of(0));
		LimitsInForce limits = this.limiters.limits("ai", "user:alice", List.of());
		assertThat(this.limiters.joint().tryAcquire(limits.acquisitions("user:alice", 0)).parts())
			.extracting((part) -> part.decision().remaining())
			.containsExactly(2L, 9L);
	}

	@Test
	void ruleOfAnAddressHoldsAtTheGate() {
		rules(rule("ip:203.0.113.7", "gate", null, "100/d", null));
		method("ai", ALICE);
		assertThat(this.request.all()).extracting((decision) -> decision.tier() + " " + decision.decision().limit())
			.containsExactlyInAnyOrder("gate 100", "ai 2");
	}

	@Test
	void ruleThatIsTriedOutAtTheGateCountsWhatPassesIt() {
		rules(rule(null, "gate", null, "1/d", Enforcement.SHADOW));
		TierAdmission first = method("ai", ALICE);
		this.gate.enterMethod(List.of(call("ai", BOB)), new RequestDecisions((all) -> {
		})).cancel(Set.of(0));
		assertThat(this.told).filteredOn((told) -> told.startsWith("gate"))
			.containsExactly("gate default ALLOWED", "gate default beside ALLOWED", "gate default ALLOWED",
					"gate default beside SHADOW_REFUSED");
		first.cancel(Set.of(0));
		assertThat(this.limiters.limits("gate", "ip:203.0.113.7", List.of()).watched()).hasSize(1);
		LimitsInForce limits = this.limiters.limits("gate", "ip:203.0.113.7", List.of());
		assertThat(this.limiters.joint().tryAcquire(limits.acquisitions("ip:203.0.113.7", 0)).parts())
			.as("gates give nothing back")
			.extracting((part) -> part.decision().remaining())
			.containsExactly(0L, 0L);
	}

	@Test
	void endpointsKeepTheirOwnCountsUnderARule() {
		rules(rule("user:alice", "tools", null, "1/d", null));
		assertThat(this.gate.enterMethod(List.of(new TierCall("tools", "a", null, 1, ALICE)), null).refusal()).isNull();
		assertThat(this.gate.enterMethod(List.of(new TierCall("tools", "b", null, 1, ALICE)), null).refusal()).isNull();
		assertThat(this.gate.enterMethod(List.of(new TierCall("tools", "a", null, 1, ALICE)), null).refusal())
			.isNotNull();
	}

	private void rules(Rule... rules) {
		this.rules.replace(RuleSet.of(List.of(rules)));
	}

	private TierAdmission route(String tier, Caller caller) {
		return this.gate.enterRoute(List.of(call(tier, caller)), this.request);
	}

	private TierAdmission method(String tier, Caller caller) {
		return this.gate.enterMethod(List.of(call(tier, caller)), this.request);
	}

	private static long limit(TierAdmission admission) {
		assertThat(admission.decision(0)).isNotNull();
		return admission.decision(0).limit();
	}

	private static TierCall call(String tier, Caller caller) {
		return new TierCall(tier, "endpoint", null, 1, caller);
	}

	private static Rule rule(@Nullable String client, @Nullable String endpoint, @Nullable String plan, String rate,
			@Nullable Enforcement enforcement) {
		return new Rule(new RuleTarget(client, endpoint, plan), List.of(Limit.of(rate)), null, enforcement, 100, null,
				null);
	}

	private static Tier tier(String name, CallerKey key, Scope scope, @Nullable String gate) {
		return new Tier(name, List.of(Limit.of("2/d").withName(name)), Map.of(), key, scope, FailureMode.LOCAL,
				Enforcement.ENFORCE, gate);
	}

}
