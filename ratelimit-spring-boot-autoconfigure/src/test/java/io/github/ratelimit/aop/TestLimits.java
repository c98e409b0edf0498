package io.github.ratelimit.aop;

import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.ratelimit.Counter;
import io.github.ratelimit.Enforcement;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitEvent;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitSettlement;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.identity.Caller;
import io.github.ratelimit.identity.CallerKey;
import io.github.ratelimit.identity.CallerResolver;
import io.github.ratelimit.identity.ClientAddress;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import io.github.ratelimit.tier.Scope;
import io.github.ratelimit.tier.Tier;
import io.github.ratelimit.tier.TierGate;
import io.github.ratelimit.tier.TierRateLimiters;
import org.jspecify.annotations.Nullable;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Tiers whose units never come back, since their clock stands still.
 */
@Configuration(proxyBeanMethods = false)
public class TestLimits {

	@Bean
	Charges charges() {
		return new Charges();
	}

	@Bean
	TierRateLimiters tierRateLimiters(Charges charges) {
		RateLimitStore memory = InMemoryRateLimitStore.create(1000, () -> 0);
		return new TierRateLimiters(tiers(), new PartlyAwayStore(memory), charges);
	}

	static List<Tier> tiers() {
		return List.of(tier("one", 1, Scope.TIER, Enforcement.ENFORCE), tier("two", 2, Scope.TIER, Enforcement.ENFORCE),
				tier("ten", 10, Scope.TIER, Enforcement.ENFORCE), tier("each", 1, Scope.ENDPOINT, Enforcement.ENFORCE),
				tier("watched", 1, Scope.TIER, Enforcement.SHADOW), tier("away", 1, Scope.TIER, Enforcement.ENFORCE));
	}

	private static Tier tier(String name, int burst, Scope scope, Enforcement enforcement) {
		return new Tier(name, List.of(Limit.of(burst + "/d")), Map.of(), CallerKey.CLIENT, scope, FailureMode.CLOSED,
				enforcement);
	}

	@Bean
	TierGate tierGate(TierRateLimiters limiters) {
		return new TierGate(limiters, List.of());
	}

	/**
	 * What was decided: {@code tier key cost outcome}.
	 */
	public static final class Charges implements RateLimitListener {

		private final List<String> all = new CopyOnWriteArrayList<>();

		@Override
		public void onDecision(RateLimitEvent event) {
			this.all.add(event.tier() + " " + event.key() + " " + event.cost() + " " + event.decision().outcome());
		}

		/**
		 * Return what was decided so far.
		 * @return the decisions, in order
		 */
		public List<String> all() {
			return this.all;
		}

	}

	/**
	 * Resolves to alice, unless told otherwise.
	 */
	public static final class CurrentCaller implements CallerResolver {

		private @Nullable Caller caller = new Caller(new User("alice"), ClientAddress.of("203.0.113.7"));

		private int asked;

		@Override
		public @Nullable Caller resolve() {
			this.asked++;
			return this.caller;
		}

		void set(@Nullable Caller caller) {
			this.caller = caller;
		}

		int asked() {
			return this.asked;
		}

	}

	record User(String getName) implements Principal {

	}

	/**
	 * A store that cannot be reached for the tier {@code away}.
	 */
	private record PartlyAwayStore(RateLimitStore store) implements RateLimitStore {

		@Override
		public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
			return (request.charges().get(0).counter().name().equals("away"))
					? CompletableFuture.completedFuture(RateLimitDecision.unavailable()) : this.store.acquire(request);
		}

		@Override
		public CompletionStage<Void> settle(RateLimitSettlement settlement) {
			return this.store.settle(settlement);
		}

		@Override
		public CompletionStage<Void> reset(List<Counter> counters) {
			return this.store.reset(counters);
		}

	}

}
