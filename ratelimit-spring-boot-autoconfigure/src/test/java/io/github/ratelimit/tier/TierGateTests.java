package io.github.ratelimit.tier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.ratelimit.Counter;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.Enforcement;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Outcome;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitEvent;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.UnknownTierException;
import io.github.ratelimit.identity.Caller;
import io.github.ratelimit.identity.CallerKey;
import io.github.ratelimit.identity.ClientAddress;
import io.github.ratelimit.identity.PlanResolver;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import io.github.ratelimit.tier.RequestDecisions.TierDecision;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link TierGate} and {@link RequestDecisions}.
 */
class TierGateTests {

	private static final Caller ALICE = new Caller(() -> "alice", ClientAddress.of("203.0.113.7"));

	private static final Caller NOBODY = new Caller(null, ClientAddress.of("203.0.113.7"));

	private int asked;

	private final List<RateLimitEvent> events = new ArrayList<>();

	private final List<List<TierDecision>> told = new ArrayList<>();

	private final TierRateLimiters limiters = limiters(Enforcement.ENFORCE);

	private final TierGate gate = new TierGate(this.limiters, List.of());

	private final RequestDecisions request = new RequestDecisions(this.told::add);

	@Test
	void callIsChargedToTheCallersKeyAndPlan() {
		assertThat(method(this.gate, call("api", ALICE, 1), null).limit()).isEqualTo(10);
		assertThat(method(this.gate, call("api", NOBODY, 1), null).limit()).isEqualTo(5);
		assertThat(this.events).extracting(RateLimitEvent::key).containsExactly("user:alice", "ip:203.0.113.7");
		assertThat(this.events).extracting(RateLimitEvent::plan).containsExactly("authenticated", "anonymous");
	}

	@Test
	void callIsChargedToTheAddressWhereTheTierSaysSo() {
		method(this.gate, call("login", ALICE, 1), null);
		assertThat(this.events).extracting(RateLimitEvent::key).containsExactly("ip:203.0.113.7");
	}

	@Test
	void callMayBringItsOwnKey() {
		method(this.gate, new TierCall("api", "a", "tenant:7", 1, ALICE), null);
		assertThat(this.events).extracting(RateLimitEvent::key).containsExactly("tenant:7");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> method(this.gate, new TierCall("api", "a", " ", 1, ALICE), null));
	}

	@Test
	void callerOfWhomNothingIsKnownNeedsAKey() {
		Caller unknown = new Caller(null, null);
		assertThatIllegalStateException().isThrownBy(() -> method(this.gate, call("api", unknown, 1), null))
			.withMessageStartingWith("It is not known whose count the call is charged to: client is missing");
		assertThat(method(this.gate, new TierCall("api", "a", "job", 1, unknown), null).allowed()).isTrue();
	}

	@Test
	void planIsThatOfTheFirstResolverThatKnows() {
		List<Caller> asked = new ArrayList<>();
		List<PlanResolver> resolvers = List.of((caller) -> {
			asked.add(caller);
			return null;
		}, (caller) -> "premium", (caller) -> "anonymous");
		TierGate gate = new TierGate(this.limiters, resolvers);
		assertThat(method(gate, call("api", ALICE, 1), null).limit()).isEqualTo(20);
		assertThat(asked).containsExactly(ALICE);
	}

	@Test
	void planThatTheTierDoesNotNameGivesWayToTheBuiltInOne() {
		TierGate gate = new TierGate(this.limiters, List.of((caller) -> "gold"));
		assertThat(method(gate, call("api", ALICE, 1), null).limit()).isEqualTo(10);
		assertThat(method(gate, call("login", ALICE, 1), null).limit()).isEqualTo(3);
		assertThat(this.events).extracting(RateLimitEvent::plan).containsExactly("authenticated", "default");
	}

	@Test
	void textOfAResolverIsNeverThePlanOfAnEventUnlessTheTierNamesIt() {
		List<String> texts = new ArrayList<>(
				List.of("", "default ", "Premium", "premium\n", "x".repeat(10_000), "\u202epremium"));
		TierGate gate = new TierGate(this.limiters, List.of((caller) -> texts.get(0)));
		while (!texts.isEmpty()) {
			method(gate, call("api", ALICE, 1), null);
			texts.remove(0);
		}
		assertThat(this.events).extracting(RateLimitEvent::plan).containsOnly("authenticated");
	}

	@Test
	void unknownTierIsAnError() {
		assertThatExceptionOfType(UnknownTierException.class)
			.isThrownBy(() -> method(this.gate, call("none", ALICE, 1), null));
		assertThatExceptionOfType(UnknownTierException.class)
			.isThrownBy(() -> route(this.gate, call("none", ALICE, 1), this.request));
	}

	@Test
	void routeAndMethodOfOneTierAndKeyAreChargedOnce() {
		RateLimitDecision route = route(this.gate, call("api", ALICE, 1), this.request);
		assertThat(route.remaining()).isEqualTo(9);
		assertThat(method(this.gate, call("api", ALICE, 1), this.request)).isSameAs(route);
		assertThat(left("api", "user:alice")).isEqualTo(9);
		assertThat(this.events).hasSize(1);
		assertThat(this.request.all()).containsExactly(new TierDecision("api", route));
	}

	@Test
	void secondMethodCallInARequestIsChargedAgain() {
		route(this.gate, call("api", ALICE, 1), this.request);
		method(this.gate, call("api", ALICE, 1), this.request);
		assertThat(method(this.gate, call("api", ALICE, 1), this.request).remaining()).isEqualTo(8);
		assertThat(method(this.gate, call("api", ALICE, 1), this.request).remaining()).isEqualTo(7);
		assertThat(this.request.all()).hasSize(3);
	}

	@Test
	void methodThatCostsMoreThanTheRouteIsChargedTheRest() {
		route(this.gate, call("api", ALICE, 2), this.request);
		RateLimitDecision method = method(this.gate, call("api", ALICE, 5), this.request);
		assertThat(method.remaining()).isEqualTo(5);
		assertThat(this.events).extracting(RateLimitEvent::cost).containsExactly(2L, 3L);
	}

	@Test
	void methodsThatCostLessThanTheRouteUseUpWhatItPaid() {
		RateLimitDecision route = route(this.gate, call("api", ALICE, 5), this.request);
		assertThat(method(this.gate, call("api", ALICE, 2), this.request)).isSameAs(route);
		assertThat(method(this.gate, call("api", ALICE, 0), this.request)).isSameAs(route);
		assertThat(method(this.gate, call("api", ALICE, 2), this.request)).isSameAs(route);
		assertThat(left("api", "user:alice")).isEqualTo(5);
		assertThat(method(this.gate, call("api", ALICE, 2), this.request).remaining()).isEqualTo(4);
		assertThat(method(this.gate, call("api", ALICE, 2), this.request).remaining()).isEqualTo(2);
	}

	@Test
	void routeThatCostsNothingPaysForNothing() {
		route(this.gate, call("api", ALICE, 0), this.request);
		assertThat(method(this.gate, call("api", ALICE, 1), this.request).remaining()).isEqualTo(9);
	}

	@Test
	void methodThatIsRefusedTheRestIsRefusedAndNothingIsCharged() {
		route(this.gate, call("api", ALICE, 8), this.request);
		RateLimitDecision method = method(this.gate, call("api", ALICE, 11), this.request);
		assertThat(method.allowed()).isFalse();
		assertThat(method.retryAfter()).isNull();
		assertThat(method.remaining()).isEqualTo(10);
		assertThat(left("api", "user:alice")).isEqualTo(10);
	}

	@Test
	void refusedMethodIsToldHowLongToWaitForAllOfIt() {
		method(this.gate, call("api", ALICE, 5), null);
		route(this.gate, call("api", ALICE, 1), this.request);
		RateLimitDecision method = method(this.gate, call("api", ALICE, 7), this.request);
		assertThat(method.allowed()).isFalse();
		assertThat(method.retryAfter()).isEqualTo(Duration.ofHours(24).dividedBy(10).multipliedBy(2));
		assertThat(left("api", "user:alice")).isEqualTo(5);
	}

	@Test
	void refusedMethodGivesBackWhatCallsBeforeItDidNotUse() {
		route(this.gate, call("api", ALICE, 5), this.request);
		method(this.gate, call("api", ALICE, 2), this.request);
		assertThat(method(this.gate, call("api", ALICE, 11), this.request).allowed()).isFalse();
		assertThat(left("api", "user:alice")).isEqualTo(8);
	}

	@Test
	void refusedMethodGivesBackNothingThatIsUsedUp() {
		route(this.gate, call("api", ALICE, 2), this.request);
		method(this.gate, call("api", ALICE, 2), this.request);
		assertThat(method(this.gate, call("api", ALICE, 9), this.request).allowed()).isFalse();
		assertThat(left("api", "user:alice")).isEqualTo(8);
	}

	@Test
	void methodThatAnotherTierRefusesGivesBackWhatTheRouteHasCharged() {
		method(this.gate, call("login", ALICE, 3), null);
		this.gate.enterRoute(List.of(call("api", ALICE, 1), call("tools", ALICE, 1)), this.request);
		TierAdmission refused = this.gate.enterMethod(List.of(call("api", ALICE, 1), call("login", ALICE, 1)),
				this.request);
		assertThat(refused.refused()).containsExactly(1);
		assertThat(Objects.requireNonNull(refused.refusal()).refusedBy()).hasSize(1);
		assertThat(left("api", "user:alice")).isEqualTo(10);
		assertThat(this.limiters.limiter(this.limiters.tier("tools"), List.of(), "endpoint")
			.peek("user:alice")
			.remaining()).as("tier that only the route asks").isZero();
	}

	@Test
	void whatTheRouteHasChargedIsGivenBackOnce() {
		route(this.gate, call("api", ALICE, 4), this.request);
		method(this.gate, call("api", ALICE, 11), this.request);
		assertThat(method(this.gate, call("api", ALICE, 11), this.request).allowed()).isFalse();
		assertThat(left("api", "user:alice")).isEqualTo(10);
		assertThat(method(this.gate, call("api", ALICE, 4), this.request).remaining()).isEqualTo(6);
	}

	@Test
	void severalTiersAreChargedTogetherOrNot() {
		List<TierCall> calls = List.of(call("api", ALICE, 4), call("login", ALICE, 1), call("tools", ALICE, 0));
		assertThat(this.gate.enterMethod(calls, this.request).refusal()).isNull();
		assertThat(this.gate.enterMethod(calls, this.request).refusal()).isNull();
		TierAdmission refused = this.gate.enterMethod(calls, this.request);
		assertThat(refused.refused()).containsExactly(0);
		assertThat(left("api", "user:alice")).isEqualTo(2);
		assertThat(left("login", "ip:203.0.113.7")).isEqualTo(1);
		assertThat(this.request.all()).extracting(TierDecision::tier)
			.containsExactly("api", "login", "tools", "api", "login", "tools", "api", "login", "tools");
	}

	@Test
	void severalTiersAreOneRequestToTheStore() {
		this.gate.enterMethod(List.of(call("api", ALICE, 1), call("login", ALICE, 1)), this.request);
		assertThat(this.asked).isOne();
	}

	@Test
	void routeOfSeveralTiersIsChargedToAllOrNone() {
		method(this.gate, call("login", ALICE, 3), null);
		TierAdmission refused = this.gate.enterRoute(List.of(call("api", ALICE, 1), call("login", ALICE, 1)),
				this.request);
		assertThat(refused.refused()).containsExactly(1);
		assertThat(left("api", "user:alice")).isEqualTo(10);
		assertThat(method(this.gate, call("api", ALICE, 1), this.request).remaining()).isEqualTo(9);
	}

	@Test
	void callsOfOneCounterAreChargedTheirSum() {
		List<TierCall> calls = List.of(call("api", ALICE, 4), call("api", ALICE, 3));
		TierAdmission admission = this.gate.enterMethod(calls, this.request);
		assertThat(left("api", "user:alice")).isEqualTo(3);
		admission.cancel(Set.of(1));
		assertThat(left("api", "user:alice")).isEqualTo(6);
		assertThat(this.gate.enterMethod(calls, this.request).refusal()).isNotNull();
	}

	@Test
	void canceledCallIsChargedNothingAndTheOthersAre() {
		TierAdmission admission = this.gate.enterMethod(List.of(call("api", ALICE, 4), call("login", ALICE, 1)), null);
		admission.cancel(Set.of(0));
		admission.cancel(Set.of(0, 1));
		assertThat(left("api", "user:alice")).isEqualTo(10);
		assertThat(left("login", "ip:203.0.113.7")).isEqualTo(2);
	}

	@Test
	void canceledCallIsChargedWhatTheRouteHasPaid() {
		route(this.gate, call("api", ALICE, 1), this.request);
		this.gate.enterMethod(List.of(call("api", ALICE, 4)), this.request).cancel(Set.of(0));
		assertThat(left("api", "user:alice")).isEqualTo(9);
	}

	@Test
	void freeCallIsNotRefusedThoughNobodyCanCheckIt() {
		TierGate away = new TierGate(
				new TierRateLimiters(List.of(tier("closed", FailureMode.CLOSED), tier("open", FailureMode.OPEN)),
						new AwayStore(), new RateLimitListener() {
						}),
				List.of());
		assertThat(method(away, call("closed", ALICE, 0), this.request).outcome()).isEqualTo(Outcome.UNCHECKED);
		assertThat(away.enterMethod(List.of(call("closed", ALICE, 0), call("open", ALICE, 1)), null).refusal())
			.isNull();
		TierAdmission refused = away
			.enterMethod(List.of(call("closed", ALICE, 0), call("open", ALICE, 1), call("closed", ALICE, 1)), null);
		assertThat(refused.refused()).containsExactly(2);
		assertThat(Objects.requireNonNull(refused.refusal()).outcome()).isEqualTo(Outcome.UNAVAILABLE);
	}

	@Test
	void responseThatIsCompleteIsToldOnce() {
		List<Integer> statuses = new ArrayList<>();
		this.request.whenResponded(statuses::add);
		this.request.responded(401);
		this.request.responded(200);
		this.request.whenResponded(statuses::add);
		this.request.responded(500);
		assertThat(statuses).containsExactly(401, 500);
	}

	@Test
	void otherKeyOrTierIsNotPaidForByTheRoute() {
		route(this.gate, call("api", ALICE, 1), this.request);
		method(this.gate, new TierCall("api", "a", "tenant:7", 1, ALICE), this.request);
		method(this.gate, call("login", ALICE, 1), this.request);
		assertThat(left("api", "user:alice")).isEqualTo(9);
		assertThat(left("api", "tenant:7")).isEqualTo(9);
		assertThat(left("login", "ip:203.0.113.7")).isEqualTo(2);
		assertThat(this.request.all()).extracting(TierDecision::tier).containsExactly("api", "api", "login");
	}

	@Test
	void otherRequestIsNotPaidForByTheRoute() {
		route(this.gate, call("api", ALICE, 1), this.request);
		method(this.gate, call("api", ALICE, 1), new RequestDecisions((decisions) -> {
		}));
		method(this.gate, call("api", ALICE, 1), null);
		assertThat(left("api", "user:alice")).isEqualTo(7);
	}

	@Test
	void methodAloneIsChargedEachTime() {
		for (int left = 9; left >= 0; left--) {
			assertThat(method(this.gate, call("api", ALICE, 1), this.request).remaining()).isEqualTo(left);
		}
		assertThat(method(this.gate, call("api", ALICE, 1), this.request).allowed()).isFalse();
	}

	@Test
	void watchedRouteThatWouldRefuseIsNotCountedAgainByTheMethod() {
		TierGate gate = new TierGate(limiters(Enforcement.SHADOW), List.of());
		RateLimitDecision route = route(gate, call("api", ALICE, 11), this.request);
		assertThat(route.outcome()).isEqualTo(Outcome.SHADOW_REFUSED);
		assertThat(method(gate, call("api", ALICE, 1), this.request)).isSameAs(route);
		assertThat(this.events).hasSize(1);
	}

	@Test
	void endpointsAreCountedOnTheirOwnWhereThatIsTheScope() {
		assertThat(method(this.gate, new TierCall("tools", "a", "key", 1, ALICE), null).allowed()).isTrue();
		assertThat(method(this.gate, new TierCall("tools", "b", "key", 1, ALICE), null).allowed()).isTrue();
		assertThat(method(this.gate, new TierCall("tools", "a", "key", 1, ALICE), null).allowed()).isFalse();
	}

	@Test
	void whatARoutePaidIsNotForTheCountOfAnotherEndpoint() {
		assertThat(route(this.gate, new TierCall("tools", "route", "key", 1, ALICE), this.request).allowed()).isTrue();
		assertThat(method(this.gate, new TierCall("tools", "method", "key", 1, ALICE), this.request).allowed())
			.isTrue();
		assertThat(method(this.gate, new TierCall("tools", "method", "key", 1, ALICE), null).allowed()).isFalse();
	}

	@Test
	void newDecisionsAreToldWithAllBefore() {
		RateLimitDecision route = route(this.gate, call("login", ALICE, 1), this.request);
		RateLimitDecision method = method(this.gate, call("api", ALICE, 1), this.request);
		method(this.gate, call("login", ALICE, 1), this.request);
		TierDecision first = new TierDecision("login", route);
		assertThat(this.told).containsExactly(List.of(first), List.of(first, new TierDecision("api", method)));
		assertThat(this.request.all()).isEqualTo(this.told.get(1));
	}

	private long left(String tier, String key) {
		return this.limiters.get(tier, "authenticated").peek(key).remaining();
	}

	private static RateLimitDecision route(TierGate gate, TierCall call, RequestDecisions request) {
		return decision(gate.enterRoute(List.of(call), request));
	}

	private static RateLimitDecision method(TierGate gate, TierCall call, @Nullable RequestDecisions request) {
		return decision(gate.enterMethod(List.of(call), request));
	}

	private static RateLimitDecision decision(TierAdmission admission) {
		RateLimitDecision decision = Objects.requireNonNull(admission.decision(0));
		assertThat(admission.refusal()).isSameAs((decision.allowed()) ? null : decision);
		return decision;
	}

	private static TierCall call(String tier, Caller caller, long cost) {
		return new TierCall(tier, "endpoint", null, cost, caller);
	}

	private TierRateLimiters limiters(Enforcement enforcement) {
		Tier api = new Tier(
				"api", List.of(), Map.of("authenticated", List.of(Limit.of("10/d")), "anonymous",
						List.of(Limit.of("5/d")), "premium", List.of(Limit.of("20/d"))),
				CallerKey.CLIENT, Scope.TIER, FailureMode.LOCAL, enforcement);
		Tier login = new Tier("login", List.of(Limit.of("3/d")), Map.of(), CallerKey.IP, Scope.TIER, FailureMode.LOCAL,
				enforcement);
		Tier tools = new Tier("tools", List.of(Limit.of("1/d")), Map.of(), CallerKey.CLIENT, Scope.ENDPOINT,
				FailureMode.LOCAL, enforcement);
		return new TierRateLimiters(List.of(api, login, tools), counting(InMemoryRateLimitStore.create(100, () -> 1)),
				new RateLimitListener() {

					@Override
					public void onDecision(RateLimitEvent event) {
						TierGateTests.this.events.add(event);
					}

				});
	}

	private RateLimitStore counting(RateLimitStore store) {
		return new RateLimitStore() {

			@Override
			public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
				TierGateTests.this.asked++;
				return store.acquire(request);
			}

			@Override
			public CompletionStage<Void> settle(RateLimitSettlement settlement) {
				return store.settle(settlement);
			}

			@Override
			public CompletionStage<Void> reset(List<Counter> counters) {
				return store.reset(counters);
			}

		};
	}

	private static Tier tier(String name, FailureMode failureMode) {
		return new Tier(name, List.of(Limit.of("1/d")), Map.of(), CallerKey.CLIENT, Scope.TIER, failureMode,
				Enforcement.ENFORCE);
	}

	/**
	 * A store that cannot decide.
	 */
	private static final class AwayStore implements RateLimitStore {

		@Override
		public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
			return CompletableFuture.completedFuture((request.failureMode() == FailureMode.OPEN)
					? RateLimitDecision.unchecked(DecisionSource.FAILURE_MODE) : RateLimitDecision.unavailable());
		}

		@Override
		public CompletionStage<Void> reset(List<Counter> counters) {
			return CompletableFuture.completedFuture(null);
		}

	}

}
