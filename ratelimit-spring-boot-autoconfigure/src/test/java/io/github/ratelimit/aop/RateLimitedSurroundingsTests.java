package io.github.ratelimit.aop;

import java.security.Principal;
import java.util.Arrays;
import java.util.List;

import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.identity.Caller;
import io.github.ratelimit.identity.CallerResolver;
import io.github.ratelimit.identity.ClientAddress;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import io.github.ratelimit.tier.TierGate;
import io.github.ratelimit.tier.TierRateLimiters;
import org.junit.jupiter.api.Test;

import org.springframework.expression.spel.support.StandardEvaluationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RateLimitedSurroundings}.
 */
class RateLimitedSurroundingsTests {

	private static final Principal ALICE = () -> "alice";

	private static final Principal BOB = () -> "bob";

	@Test
	void callerIsWhatAllWhoKnowSomethingKnow() {
		assertThat(caller(new Caller(null, ClientAddress.of("203.0.113.7")), null, new Caller(ALICE, null)))
			.isEqualTo(new Caller(ALICE, ClientAddress.of("203.0.113.7")));
	}

	@Test
	void firstToKnowSomethingIsBelieved() {
		assertThat(caller(new Caller(ALICE, ClientAddress.of("203.0.113.7")),
				new Caller(BOB, ClientAddress.of("203.0.113.8"))))
			.isEqualTo(new Caller(ALICE, ClientAddress.of("203.0.113.7")));
	}

	@Test
	void nobodyIsCallingWhereNobodyKnows() {
		assertThat(caller()).isEqualTo(new Caller(null, null));
	}

	private static Caller caller(Caller... known) {
		List<CallerResolver> resolvers = Arrays.stream(known).map((caller) -> (CallerResolver) () -> caller).toList();
		TierRateLimiters limiters = new TierRateLimiters(List.of(), InMemoryRateLimitStore.create(),
				new RateLimitListener() {
				});
		return new RateLimitedSurroundings(new TierGate(limiters, List.of()), resolvers, null,
				new StandardEvaluationContext(), false)
			.caller();
	}

}
