package io.github.ratelimit.tier;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.ratelimit.Enforcement;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.Outcome;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitEvent;
import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.TierUse;
import io.github.ratelimit.UnknownTierException;
import io.github.ratelimit.identity.CallerKey;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests for {@link TierRateLimiters} and {@link UnknownTierException}.
 */
class TierRateLimitersTests {

	private static final Tier API = new Tier("api", List.of(Limit.of("1/d")),
			Map.of("anonymous", List.of(Limit.of("2/d")), "premium", List.of(Limit.of("5/d"))), CallerKey.CLIENT,
			Scope.TIER, FailureMode.LOCAL, Enforcement.ENFORCE);

	private static final Tier TOOLS = new Tier("tools", List.of(Limit.of("1/d")), Map.of(), CallerKey.CLIENT,
			Scope.ENDPOINT, FailureMode.LOCAL, Enforcement.ENFORCE);

	private static final Tier PLANS = new Tier("plans", List.of(),
			Map.of("anonymous", List.of(Limit.of("2/d")), "premium", List.of(Limit.of("5/d"))), CallerKey.CLIENT,
			Scope.TIER, FailureMode.LOCAL, Enforcement.SHADOW);

	private final List<RateLimitEvent> events = new ArrayList<>();

	private final TierRateLimiters limiters = new TierRateLimiters(List.of(TOOLS, PLANS, API),
			InMemoryRateLimitStore.create(100, () -> 1), new RateLimitListener() {

				@Override
				public void onDecision(RateLimitEvent event) {
					TierRateLimitersTests.this.events.add(event);
				}

			});

	@Test
	void limiterOfATierHasItsOwnLimit() {
		RateLimiter limiter = this.limiters.get("api");
		assertThat(limiter.getName()).isEqualTo("api");
		assertThat(limiter.tryAcquire("key").limit()).isEqualTo(1);
		assertThat(this.events).extracting(RateLimitEvent::tier).containsExactly("api");
		assertThat(this.events).extracting(RateLimitEvent::plan).containsExactly("default");
	}

	@Test
	void limiterOfATierIsMadeOnceAndTellsThatTheTierIsUsed() {
		assertThat(this.limiters.usedTiers()).isEmpty();
		assertThat(this.limiters.get("api")).isSameAs(this.limiters.get("api"));
		assertThat(this.limiters.usedTiers()).containsExactly("api");
	}

	@Test
	void limiterOfATierWithPlansOnlyIsThatOfAnonymousCallers() {
		assertThat(this.limiters.get("plans").tryAcquire("key").limit()).isEqualTo(2);
		assertThat(this.events).extracting(RateLimitEvent::plan).containsExactly("anonymous");
	}

	@Test
	void limiterOfAPlanHasThePlansLimit() {
		assertThat(this.limiters.get("api", "premium").tryAcquire("key").limit()).isEqualTo(5);
		assertThat(this.limiters.get("api", "gold").tryAcquire("other").limit()).isEqualTo(1);
		assertThat(this.limiters.get("plans", "gold").tryAcquire("other").limit()).isEqualTo(2);
	}

	@Test
	void keyHasOneCountWhateverItsPlan() {
		assertThat(this.limiters.get("api", "premium").tryAcquire("key", 4).remaining()).isEqualTo(1);
		assertThat(this.limiters.get("api").tryAcquire("key").allowed()).isFalse();
	}

	@Test
	void endpointsHaveCountsOfTheirOwnWhereThatIsTheScope() {
		assertThat(this.limiters.limiter(TOOLS, List.of(), "a").tryAcquire("key").allowed()).isTrue();
		assertThat(this.limiters.limiter(TOOLS, List.of(), "a").tryAcquire("key").allowed()).isFalse();
		assertThat(this.limiters.limiter(TOOLS, List.of(), "b").tryAcquire("key").allowed()).isTrue();
		assertThat(this.limiters.get("tools").tryAcquire("key").allowed()).isTrue();
		assertThat(this.limiters.endpoints(TOOLS)).containsExactly("a", "b");
	}

	@Test
	void endpointsShareTheCountOfTheTierWhereThatIsTheScope() {
		assertThat(this.limiters.limiter(API, List.of(), "a").tryAcquire("key").allowed()).isTrue();
		assertThat(this.limiters.limiter(API, List.of(), "b").tryAcquire("key").allowed()).isFalse();
		assertThat(this.limiters.endpoints(API)).isEmpty();
	}

	@Test
	void shadowTierNeverRefuses() {
		RateLimiter limiter = this.limiters.get("plans");
		assertThat(limiter.tryAcquire("key", 100).allowed()).isTrue();
		assertThat(limiter.tryAcquire("key", 100).refusedBy()).containsExactly("default");
	}

	@Test
	void severalTiersAreChargedTogetherOrNotAtAll() {
		List<TierUse> uses = List.of(TierUse.of("api", "alice").withPlan("premium").withCost(3),
				TierUse.of("tools", "alice"));
		RateLimitDecision decision = this.limiters.tryAcquire(uses);
		assertThat(decision.allowed()).isTrue();
		assertThat(decision.limits()).extracting(LimitStatus::remaining).containsExactly(2L, 0L);
		assertThat(this.events).extracting(RateLimitEvent::tier, RateLimitEvent::plan)
			.containsExactly(tuple("api", "premium"), tuple("tools", "default"));
		assertThat(this.limiters.tryAcquireAsync(List.of(uses.get(0).withCost(2), uses.get(1))))
			.isCompletedWithValueMatching((refused) -> !refused.allowed());
		assertThat(this.limiters.get("api", "premium").peek("alice").remaining()).isEqualTo(2);
	}

	@Test
	void refusalOfSeveralTiersIsThrownByTheNameOfTheOneThatRefuses() {
		List<TierUse> uses = List.of(TierUse.of("api", "alice"), TierUse.of("tools", "bob"));
		assertThat(this.limiters.checkOrThrow(uses).remaining()).isZero();
		this.limiters.get("api").reset("alice");
		assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(() -> this.limiters.checkOrThrow(uses))
			.satisfies((ex) -> assertThat(ex.getTier()).isEqualTo("tools"));
		assertThat(this.limiters.get("api").peek("alice").remaining()).isEqualTo(1);
	}

	@Test
	void shadowTierBesideOthersNeverRefusesNorPaysForWhatTheyRefuse() {
		List<TierUse> uses = List.of(TierUse.of("plans", "alice"), TierUse.of("api", "alice"));
		assertThat(this.limiters.tryAcquire(uses).outcome()).isEqualTo(Outcome.ALLOWED);
		assertThat(this.limiters.tryAcquire(uses).outcome()).isEqualTo(Outcome.REFUSED);
		assertThat(this.limiters.get("plans").peek("alice").remaining()).isEqualTo(1);
		this.limiters.get("plans").tryAcquire("alice");
		this.limiters.get("api").reset("alice");
		assertThat(this.limiters.tryAcquire(uses).outcome()).isEqualTo(Outcome.SHADOW_REFUSED);
	}

	@Test
	void unknownTierAmongSeveralChargesNothing() {
		List<TierUse> uses = List.of(TierUse.of("api", "alice"), TierUse.of("apis", "alice"));
		assertThatExceptionOfType(UnknownTierException.class).isThrownBy(() -> this.limiters.tryAcquire(uses));
		assertThatExceptionOfType(UnknownTierException.class).isThrownBy(() -> this.limiters.tryAcquireAsync(uses));
		assertThatExceptionOfType(UnknownTierException.class).isThrownBy(() -> this.limiters.checkOrThrow(uses));
		assertThat(this.limiters.get("api").peek("alice").remaining()).isEqualTo(1);
	}

	@Test
	void tiersAreSortedByName() {
		assertThat(this.limiters.tiers()).containsExactly(API, PLANS, TOOLS);
		assertThat(this.limiters.getTiers()).containsExactlyInAnyOrder("api", "plans", "tools");
		assertThat(this.limiters.tier("api")).isSameAs(API);
	}

	@Test
	void unknownTierIsAnErrorThatNamesThoseThereAre() {
		assertThatExceptionOfType(UnknownTierException.class).isThrownBy(() -> this.limiters.get("apis"))
			.withMessage("There is no rate limit tier 'apis'; there are api, plans, tools")
			.satisfies((ex) -> assertThat(ex.getTier()).isEqualTo("apis"))
			.satisfies((ex) -> assertThat(ex.getPlace()).isNull())
			.satisfies((ex) -> assertThat(ex.getKnown()).containsExactly("api", "plans", "tools"));
		assertThatExceptionOfType(UnknownTierException.class).isThrownBy(() -> this.limiters.get("apis", "premium"));
		assertThatExceptionOfType(UnknownTierException.class).isThrownBy(() -> this.limiters.tier("API"));
	}

	@Test
	void unknownTierInAPlaceIsAnErrorThatNamesThePlace() {
		assertThatNoException().isThrownBy(() -> this.limiters.requireTier("api", "ratelimit.routes[0].tier"));
		assertThatExceptionOfType(UnknownTierException.class)
			.isThrownBy(() -> this.limiters.requireTier("apis", "ratelimit.routes[0].tier"))
			.withMessage("There is no rate limit tier 'apis', named by ratelimit.routes[0].tier; "
					+ "there are api, plans, tools")
			.satisfies((ex) -> assertThat(ex.getPlace()).isEqualTo("ratelimit.routes[0].tier"));
	}

}
