package io.github.ratelimit.tier;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.ratelimit.Enforcement;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitEvent;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.UnknownTierException;
import io.github.ratelimit.identity.Caller;
import io.github.ratelimit.identity.CallerKey;
import io.github.ratelimit.identity.ClientAddress;
import io.github.ratelimit.identity.KeySource;
import io.github.ratelimit.identity.MissingKey;
import io.github.ratelimit.identity.MissingKeyException;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import io.github.ratelimit.tier.RequestDecisions.TierDecision;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for tiers with a gate, and for tiers that do not know whose count a call is.
 */
class GatedTierTests {

	private static final ClientAddress ADDRESS = ClientAddress.of("203.0.113.7");

	private static final Caller NOBODY = new Caller(null, ADDRESS);

	private static final CallerKey USER = new CallerKey(List.of(KeySource.USER), List.of(), MissingKey.UNAUTHORIZED);

	private final List<String> charged = new ArrayList<>();

	private final InMemoryRateLimitStore store = InMemoryRateLimitStore.create(100, () -> 1);

	private final TierRateLimiters limiters = new TierRateLimiters(
			List.of(tier("api", 5, USER, Scope.TIER, Enforcement.ENFORCE, "gate"),
					tier("other", 5, USER, Scope.TIER, Enforcement.ENFORCE, "gate"),
					tier("gate", 3, CallerKey.IP, Scope.ENDPOINT, Enforcement.ENFORCE, null),
					tier("third", 5, USER, Scope.TIER, Enforcement.ENFORCE, "addresses"),
					tier("addresses", 3, CallerKey.IP, Scope.TIER, Enforcement.ENFORCE, null),
					tier("trial", 5, USER, Scope.TIER, Enforcement.SHADOW, "gate"),
					tier("watched", 5, USER, Scope.TIER, Enforcement.SHADOW, null)),
			this.store, new RateLimitListener() {

				@Override
				public void onDecision(RateLimitEvent event) {
					GatedTierTests.this.charged
						.add(event.tier() + " " + event.key() + " " + event.decision().outcome());
				}

			});

	private final TierGate gate = new TierGate(this.limiters, List.of());

	private final RequestDecisions request = new RequestDecisions((all) -> {
	});

	@Test
	void callerWhoInventsUsersIsStoppedAtTheGate() {
		for (int i = 0; i < 3; i++) {
			assertThat(enter("api", user("user" + i)).refusal()).isNull();
		}
		TierAdmission admission = enter("api", user("user3"));
		assertThat(admission.refusal()).isNotNull();
		assertThat(admission.refused()).containsExactly(0);
		assertThat(this.limiters.get("api").peek("user:user3").remaining()).as("nothing is charged").isEqualTo(5);
		assertThat(this.store.size()).as("and nothing kept of the user").isEqualTo(4);
	}

	@Test
	void gateCountsARequestOnceForAllTiersBehindIt() {
		TierAdmission admission = this.gate.enterMethod(List.of(call("api", user("a")), call("other", user("a"))),
				this.request);
		assertThat(admission.refusal()).isNull();
		assertThat(left("gate", "ip:203.0.113.7")).isEqualTo(2);
		assertThat(this.charged).containsExactlyInAnyOrder("api user:a ALLOWED", "other user:a ALLOWED",
				"gate ip:203.0.113.7 ALLOWED");
	}

	@Test
	void gateCountsRequestsAndNotWhatTheyCost() {
		Caller caller = user("a");
		this.gate.enterMethod(List.of(new TierCall("api", "endpoint", null, 0, caller)), null);
		this.gate.enterRoute(List.of(new TierCall("api", "endpoint", null, 4, caller)), this.request);
		assertThat(left("api", "user:a")).isOne();
		assertThat(left("gate", "ip:203.0.113.7")).isOne();
	}

	@Test
	void tierThatIsOnlyWatchedHasNoGate() {
		for (int i = 0; i < 5; i++) {
			assertThat(enter("trial", user("user" + i)).refusal()).isNull();
		}
		assertThat(left("gate", "ip:203.0.113.7")).isEqualTo(3);
	}

	@Test
	void gateCountsARequestOnceByRouteAndMethod() {
		this.gate.enterRoute(List.of(call("api", user("a"))), this.request);
		this.gate.enterMethod(List.of(call("other", user("a"))), this.request);
		assertThat(left("gate", "ip:203.0.113.7")).isEqualTo(2);
	}

	@Test
	void whatIsGivenBackStaysChargedAtTheGate() {
		TierAdmission admission = this.gate.enterMethod(List.of(call("api", user("a"))), this.request);
		admission.cancel(Set.of(0));
		assertThat(left("api", "user:a")).isEqualTo(5);
		assertThat(left("gate", "ip:203.0.113.7")).isEqualTo(2);
	}

	@Test
	void requestWhoseMethodIsRefusedStaysChargedAtTheGate() {
		this.limiters.get("other").tryAcquire("user:b", 5);
		this.gate.enterRoute(List.of(call("api", user("a"))), this.request);
		assertThat(this.gate.enterMethod(List.of(call("other", user("b"))), this.request).refusal()).isNotNull();
		assertThat(left("gate", "ip:203.0.113.7")).isEqualTo(2);
	}

	@Test
	void routeThatIsTheGateItselfStaysChargedWhenAMethodIsRefused() {
		this.limiters.get("third").tryAcquire("user:b", 5);
		this.gate.enterRoute(List.of(call("addresses", user("b"))), this.request);
		assertThat(this.gate.enterMethod(List.of(call("third", user("b"))), this.request).refusal()).isNotNull();
		assertThat(left("addresses", "ip:203.0.113.7")).isEqualTo(2);
	}

	@Test
	void gateThatIsATierOfTheRouteIsChargedWhateverTheRequestCosts() {
		for (long cost : new long[] { 0, 2 }) {
			this.limiters.get("addresses").reset("ip:203.0.113.7");
			RequestDecisions request = new RequestDecisions((all) -> {
			});
			this.gate.enterRoute(List.of(new TierCall("third", "endpoint", null, cost, user("a")),
					new TierCall("addresses", "endpoint", null, cost, user("a"))), request);
			assertThat(left("addresses", "ip:203.0.113.7")).isEqualTo(3 - Math.max(1, cost));
		}
	}

	@Test
	void gateIsAskedBeforeWhatIsBehindIt() {
		this.gate.enterMethod(List.of(call("third", user("a")), call("addresses", user("a"))), this.request);
		assertThat(this.request.all()).extracting(TierDecision::tier).containsExactly("addresses", "third");
	}

	@Test
	void gateCountsARequestOnceHoweverManyMethodsItCalls() {
		for (int i = 0; i < 3; i++) {
			this.gate.enterMethod(List.of(call("api", user("a"))), this.request);
		}
		assertThat(left("gate", "ip:203.0.113.7")).isEqualTo(2);
		assertThat(left("api", "user:a")).isEqualTo(2);
	}

	@Test
	void gateIsForCallersWhoComeOverTheNetwork() {
		assertThat(enter("api", new Caller(() -> "job", null)).refusal()).isNull();
		assertThat(this.charged).containsExactly("api user:job ALLOWED");
	}

	@Test
	void gateHasToBeATier() {
		assertThatExceptionOfType(UnknownTierException.class).isThrownBy(
				() -> new TierRateLimiters(List.of(tier("api", 5, USER, Scope.TIER, Enforcement.ENFORCE, "none")),
						this.store, new RateLimitListener() {
						}))
			.withMessageContaining("There is no rate limit tier 'none', named by The gate of tier 'api'");
	}

	@Test
	void callWithoutAKeyIsAnErrorAndNothingIsCharged() {
		assertThatExceptionOfType(MissingKeyException.class)
			.isThrownBy(() -> this.gate.enterRoute(List.of(call("gate", NOBODY), call("api", NOBODY)), this.request));
		assertThat(this.charged).isEmpty();
		assertThat(this.store.size()).isZero();
	}

	@Test
	void tierThatIsOnlyWatchedTurnsNobodyAwayForAMissingKey() {
		TierAdmission admission = this.gate.enterRoute(List.of(call("watched", NOBODY), call("gate", NOBODY)),
				this.request);
		assertThat(admission.refusal()).isNull();
		assertThat(admission.decision(0)).isNull();
		assertThat(admission.decision(1)).isNotNull();
		assertThat(this.gate.enterRoute(List.of(call("watched", NOBODY)), this.request).refusal()).isNull();
	}

	private TierAdmission enter(String tier, Caller caller) {
		return this.gate.enterMethod(List.of(call(tier, caller)), null);
	}

	private long left(String tier, String key) {
		return this.limiters.get(tier).peek(key).remaining();
	}

	private static TierCall call(String tier, Caller caller) {
		return new TierCall(tier, "endpoint of " + tier, null, 1, caller);
	}

	private static Caller user(String name) {
		return new Caller(() -> name, ADDRESS);
	}

	private static Tier tier(String name, int limit, CallerKey key, Scope scope, Enforcement enforcement,
			@Nullable String gate) {
		return new Tier(name, List.of(Limit.of(limit + "/d").withName(name)), Map.of(), key, scope, FailureMode.LOCAL,
				enforcement, gate);
	}

}
