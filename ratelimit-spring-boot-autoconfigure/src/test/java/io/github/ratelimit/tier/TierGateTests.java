package io.github.ratelimit.tier;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.ratelimit.Enforcement;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Outcome;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitEvent;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.UnknownTierException;
import io.github.ratelimit.identity.Caller;
import io.github.ratelimit.identity.PlanResolver;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import io.github.ratelimit.tier.RequestDecisions.TierDecision;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link TierGate} and {@link RequestDecisions}.
 */
class TierGateTests {

	private static final Caller ALICE = new Caller(() -> "alice", "203.0.113.7");

	private static final Caller NOBODY = new Caller(null, "203.0.113.7");

	private final List<RateLimitEvent> events = new ArrayList<>();

	private final List<List<TierDecision>> told = new ArrayList<>();

	private final TierRateLimiters limiters = limiters(Enforcement.ENFORCE);

	private final TierGate gate = new TierGate(this.limiters, List.of());

	private final RequestDecisions request = new RequestDecisions(this.told::add);

	@Test
	void callIsChargedToTheCallersKeyAndPlan() {
		assertThat(this.gate.enterMethod(call("api", ALICE, 1), null).limit()).isEqualTo(10);
		assertThat(this.gate.enterMethod(call("api", NOBODY, 1), null).limit()).isEqualTo(5);
		assertThat(this.events).extracting(RateLimitEvent::key).containsExactly("user:alice", "ip:203.0.113.7");
		assertThat(this.events).extracting(RateLimitEvent::plan).containsExactly("authenticated", "anonymous");
	}

	@Test
	void callIsChargedToTheAddressWhereTheTierSaysSo() {
		this.gate.enterMethod(call("login", ALICE, 1), null);
		assertThat(this.events).extracting(RateLimitEvent::key).containsExactly("ip:203.0.113.7");
	}

	@Test
	void callMayBringItsOwnKey() {
		this.gate.enterMethod(new TierCall("api", "a", "tenant:7", 1, ALICE), null);
		assertThat(this.events).extracting(RateLimitEvent::key).containsExactly("tenant:7");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.gate.enterMethod(new TierCall("api", "a", " ", 1, ALICE), null));
	}

	@Test
	void callerOfWhomNothingIsKnownNeedsAKey() {
		Caller unknown = new Caller(null, null);
		assertThatIllegalStateException().isThrownBy(() -> this.gate.enterMethod(call("api", unknown, 1), null))
			.withMessageStartingWith("Nobody is known to be calling");
		assertThat(this.gate.enterMethod(new TierCall("api", "a", "job", 1, unknown), null).allowed()).isTrue();
	}

	@Test
	void planIsThatOfTheFirstResolverThatKnows() {
		List<Caller> asked = new ArrayList<>();
		List<PlanResolver> resolvers = List.of((caller) -> {
			asked.add(caller);
			return null;
		}, (caller) -> "premium", (caller) -> "anonymous");
		TierGate gate = new TierGate(this.limiters, resolvers);
		assertThat(gate.enterMethod(call("api", ALICE, 1), null).limit()).isEqualTo(20);
		assertThat(asked).containsExactly(ALICE);
	}

	@Test
	void planThatTheTierDoesNotNameGivesWayToTheBuiltInOne() {
		TierGate gate = new TierGate(this.limiters, List.of((caller) -> "gold"));
		assertThat(gate.enterMethod(call("api", ALICE, 1), null).limit()).isEqualTo(10);
		assertThat(gate.enterMethod(call("login", ALICE, 1), null).limit()).isEqualTo(3);
		assertThat(this.events).extracting(RateLimitEvent::plan).containsExactly("authenticated", "default");
	}

	@Test
	void unknownTierIsAnError() {
		assertThatExceptionOfType(UnknownTierException.class)
			.isThrownBy(() -> this.gate.enterMethod(call("none", ALICE, 1), null));
		assertThatExceptionOfType(UnknownTierException.class)
			.isThrownBy(() -> this.gate.enterRoute(call("none", ALICE, 1), this.request));
	}

	@Test
	void routeAndMethodOfOneTierAndKeyAreChargedOnce() {
		RateLimitDecision route = this.gate.enterRoute(call("api", ALICE, 1), this.request);
		assertThat(route.remaining()).isEqualTo(9);
		assertThat(this.gate.enterMethod(call("api", ALICE, 1), this.request)).isSameAs(route);
		assertThat(left("api", "user:alice")).isEqualTo(9);
		assertThat(this.events).hasSize(1);
		assertThat(this.request.all()).containsExactly(new TierDecision("api", route));
	}

	@Test
	void secondMethodCallInARequestIsChargedAgain() {
		this.gate.enterRoute(call("api", ALICE, 1), this.request);
		this.gate.enterMethod(call("api", ALICE, 1), this.request);
		assertThat(this.gate.enterMethod(call("api", ALICE, 1), this.request).remaining()).isEqualTo(8);
		assertThat(this.gate.enterMethod(call("api", ALICE, 1), this.request).remaining()).isEqualTo(7);
		assertThat(this.request.all()).hasSize(3);
	}

	@Test
	void methodThatCostsMoreThanTheRouteIsChargedTheRest() {
		this.gate.enterRoute(call("api", ALICE, 2), this.request);
		RateLimitDecision method = this.gate.enterMethod(call("api", ALICE, 5), this.request);
		assertThat(method.remaining()).isEqualTo(5);
		assertThat(this.events).extracting(RateLimitEvent::cost).containsExactly(2L, 3L);
	}

	@Test
	void methodsThatCostLessThanTheRouteUseUpWhatItPaid() {
		RateLimitDecision route = this.gate.enterRoute(call("api", ALICE, 5), this.request);
		assertThat(this.gate.enterMethod(call("api", ALICE, 2), this.request)).isSameAs(route);
		assertThat(this.gate.enterMethod(call("api", ALICE, 0), this.request)).isSameAs(route);
		assertThat(this.gate.enterMethod(call("api", ALICE, 2), this.request)).isSameAs(route);
		assertThat(left("api", "user:alice")).isEqualTo(5);
		assertThat(this.gate.enterMethod(call("api", ALICE, 2), this.request).remaining()).isEqualTo(4);
		assertThat(this.gate.enterMethod(call("api", ALICE, 2), this.request).remaining()).isEqualTo(2);
	}

	@Test
	void routeThatCostsNothingPaysForNothing() {
		this.gate.enterRoute(call("api", ALICE, 0), this.request);
		assertThat(this.gate.enterMethod(call("api", ALICE, 1), this.request).remaining()).isEqualTo(9);
	}

	@Test
	void methodThatIsRefusedTheRestIsRefused() {
		this.gate.enterRoute(call("api", ALICE, 8), this.request);
		RateLimitDecision method = this.gate.enterMethod(call("api", ALICE, 11), this.request);
		assertThat(method.allowed()).isFalse();
		assertThat(method.remaining()).isEqualTo(2);
		assertThat(left("api", "user:alice")).isEqualTo(2);
	}

	@Test
	void otherKeyOrTierIsNotPaidForByTheRoute() {
		this.gate.enterRoute(call("api", ALICE, 1), this.request);
		this.gate.enterMethod(new TierCall("api", "a", "tenant:7", 1, ALICE), this.request);
		this.gate.enterMethod(call("login", ALICE, 1), this.request);
		assertThat(left("api", "user:alice")).isEqualTo(9);
		assertThat(left("api", "tenant:7")).isEqualTo(9);
		assertThat(left("login", "ip:203.0.113.7")).isEqualTo(2);
		assertThat(this.request.all()).extracting(TierDecision::tier).containsExactly("api", "api", "login");
	}

	@Test
	void otherRequestIsNotPaidForByTheRoute() {
		this.gate.enterRoute(call("api", ALICE, 1), this.request);
		this.gate.enterMethod(call("api", ALICE, 1), new RequestDecisions((decisions) -> {
		}));
		this.gate.enterMethod(call("api", ALICE, 1), null);
		assertThat(left("api", "user:alice")).isEqualTo(7);
	}

	@Test
	void methodAloneIsChargedEachTime() {
		for (int left = 9; left >= 0; left--) {
			assertThat(this.gate.enterMethod(call("api", ALICE, 1), this.request).remaining()).isEqualTo(left);
		}
		assertThat(this.gate.enterMethod(call("api", ALICE, 1), this.request).allowed()).isFalse();
	}

	@Test
	void watchedRouteThatWouldRefuseIsNotCountedAgainByTheMethod() {
		TierGate gate = new TierGate(limiters(Enforcement.SHADOW), List.of());
		RateLimitDecision route = gate.enterRoute(call("api", ALICE, 11), this.request);
		assertThat(route.outcome()).isEqualTo(Outcome.SHADOW_REFUSED);
		assertThat(gate.enterMethod(call("api", ALICE, 1), this.request)).isSameAs(route);
		assertThat(this.events).hasSize(1);
	}

	@Test
	void endpointsAreCountedOnTheirOwnWhereThatIsTheScope() {
		assertThat(this.gate.enterMethod(new TierCall("tools", "a", "key", 1, ALICE), null).allowed()).isTrue();
		assertThat(this.gate.enterMethod(new TierCall("tools", "b", "key", 1, ALICE), null).allowed()).isTrue();
		assertThat(this.gate.enterMethod(new TierCall("tools", "a", "key", 1, ALICE), null).allowed()).isFalse();
	}

	@Test
	void whatARoutePaidIsNotForTheCountOfAnotherEndpoint() {
		assertThat(this.gate.enterRoute(new TierCall("tools", "route", "key", 1, ALICE), this.request).allowed())
			.isTrue();
		assertThat(this.gate.enterMethod(new TierCall("tools", "method", "key", 1, ALICE), this.request).allowed())
			.isTrue();
		assertThat(this.gate.enterMethod(new TierCall("tools", "method", "key", 1, ALICE), null).allowed()).isFalse();
	}

	@Test
	void newDecisionsAreToldWithAllBefore() {
		RateLimitDecision route = this.gate.enterRoute(call("login", ALICE, 1), this.request);
		RateLimitDecision method = this.gate.enterMethod(call("api", ALICE, 1), this.request);
		this.gate.enterMethod(call("login", ALICE, 1), this.request);
		TierDecision first = new TierDecision("login", route);
		assertThat(this.told).containsExactly(List.of(first), List.of(first, new TierDecision("api", method)));
		assertThat(this.request.all()).isEqualTo(this.told.get(1));
	}

	private long left(String tier, String key) {
		return this.limiters.get(tier, "authenticated").peek(key).remaining();
	}

	private static TierCall call(String tier, Caller caller, long cost) {
		return new TierCall(tier, "endpoint", null, cost, caller);
	}

	private TierRateLimiters limiters(Enforcement enforcement) {
		Tier api = new Tier(
				"api", List.of(), Map.of("authenticated", List.of(Limit.of("10/d")), "anonymous",
						List.of(Limit.of("5/d")), "premium", List.of(Limit.of("20/d"))),
				KeySource.CLIENT, Scope.TIER, FailureMode.LOCAL, enforcement);
		Tier login = new Tier("login", List.of(Limit.of("3/d")), Map.of(), KeySource.IP, Scope.TIER, FailureMode.LOCAL,
				enforcement);
		Tier tools = new Tier("tools", List.of(Limit.of("1/d")), Map.of(), KeySource.CLIENT, Scope.ENDPOINT,
				FailureMode.LOCAL, enforcement);
		return new TierRateLimiters(List.of(api, login, tools), InMemoryRateLimitStore.create(100, () -> 1),
				new RateLimitListener() {

					@Override
					public void onDecision(RateLimitEvent event) {
						TierGateTests.this.events.add(event);
					}

				});
	}

}
