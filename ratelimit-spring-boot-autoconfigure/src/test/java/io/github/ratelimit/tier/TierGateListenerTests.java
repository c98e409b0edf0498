package io.github.ratelimit.tier;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.ratelimit.Counter;
import io.github.ratelimit.Enforcement;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitEvent;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.identity.Caller;
import io.github.ratelimit.identity.CallerKey;
import io.github.ratelimit.identity.ClientAddress;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what listeners are told by a {@link TierGate}, and for tiers that cannot be
 * asked.
 */
class TierGateListenerTests {

	private static final Caller ALICE = new Caller(() -> "alice", ClientAddress.of("203.0.113.7"));

	private final List<String> events = new ArrayList<>();

	private final RequestDecisions request = new RequestDecisions((all) -> {
	});

	private final InMemoryRateLimitStore memory = InMemoryRateLimitStore.create(100, () -> 1);

	@Test
	void refusalThatIsAskedForTwiceIsToldOnce() {
		TierGate gate = gate(this.memory, tier("api", "10/d", Enforcement.ENFORCE),
				tier("ai", "1/d", Enforcement.ENFORCE));
		gate.enterMethod(List.of(call("ai")), null);
		gate.enterRoute(List.of(call("api")), this.request);
		gate.enterMethod(List.of(call("api"), call("ai")), this.request);
		assertThat(this.events).containsExactly("ai ALLOWED", "api ALLOWED", "ai REFUSED");
	}

	@Test
	void watchedTierThatCannotBeAskedIsUnchecked() {
		TierGate gate = gate(new WithoutTrial(this.memory), tier("api", "10/d", Enforcement.ENFORCE),
				tier("trial", "1/d", Enforcement.SHADOW));
		assertThat(gate.enterRoute(List.of(call("api"), call("trial")), this.request).refusal()).isNull();
		assertThat(gate.enterMethod(List.of(call("api"), call("trial")), this.request).refusal()).isNull();
		assertThat(this.events).containsExactly("api ALLOWED", "trial UNCHECKED");
	}

	private TierGate gate(RateLimitStore store, Tier... tiers) {
		return new TierGate(new TierRateLimiters(List.of(tiers), store, new RateLimitListener() {

			@Override
			public void onDecision(RateLimitEvent event) {
				TierGateListenerTests.this.events.add(event.tier() + " " + event.decision().outcome());
			}

		}), List.of());
	}

	private static Tier tier(String name, String rate, Enforcement enforcement) {
		return new Tier(name, List.of(Limit.of(rate)), Map.of(), CallerKey.CLIENT, Scope.TIER, FailureMode.LOCAL,
				enforcement);
	}

	private static TierCall call(String tier) {
		return new TierCall(tier, "endpoint", null, 1, ALICE);
	}

	/**
	 * A store that cannot decide the tier {@code trial}.
	 */
	private record WithoutTrial(RateLimitStore store) implements RateLimitStore {

		@Override
		public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
			return (request.charges().get(0).counter().name().equals("trial"))
					? CompletableFuture.failedFuture(new IllegalStateException("away")) : this.store.acquire(request);
		}

		@Override
		public CompletionStage<Void> reset(List<Counter> counters) {
			return this.store.reset(counters);
		}

	}

}
