package io.github.ratelimit.tier;

import java.util.ArrayList;
import java.util.List;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.tier.RequestDecisions.TierDecision;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RequestDecisions}.
 */
class RequestDecisionsTests {

	private final List<List<TierDecision>> told = new ArrayList<>();

	private final RequestDecisions decisions = new RequestDecisions(this.told::add);

	@Test
	void refusalThatWasDecidedHereIsToldOnce() {
		RateLimitDecision refusal = refusal();
		this.decisions.add(List.of(new TierDecision("ai", refusal)));
		this.decisions.addRefusal(new RateLimitExceededException("ai", refusal));
		assertThat(this.decisions.all()).containsExactly(new TierDecision("ai", refusal));
		assertThat(this.told).hasSize(1);
	}

	@Test
	void refusalThatCodeOfTheApplicationGotByItselfIsToldToo() {
		this.decisions.add(List.of(new TierDecision("ai", refusal())));
		RateLimitExceededException own = new RateLimitExceededException("ai", refusal());
		this.decisions.addRefusal(own);
		this.decisions.addRefusal(own);
		assertThat(this.decisions.all()).hasSize(2);
		assertThat(this.told).hasSize(2);
	}

	private static RateLimitDecision refusal() {
		return RateLimitDecision.ofRefused(Limit.of("1/d"), 0, 5, 5, DecisionSource.MEMORY);
	}

}
