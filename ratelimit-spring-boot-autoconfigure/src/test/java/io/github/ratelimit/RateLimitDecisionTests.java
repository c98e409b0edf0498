package io.github.ratelimit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link RateLimitDecision}, {@link LimitStatus}, {@link Outcome} and
 * {@link RateLimitExceededException}.
 */
class RateLimitDecisionTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final Duration MINUTE = Duration.ofMinutes(1);

	@Test
	void allowedIfNoLimitRefuses() {
		RateLimitDecision decision = decision(passed("second", 3, SECOND), passed("minute", 7, MINUTE));
		assertThat(decision.outcome()).isEqualTo(Outcome.ALLOWED);
		assertThat(decision.allowed()).isTrue();
		assertThat(decision.refusedBy()).isEmpty();
		assertThat(decision.retryAfter()).isEqualTo(Duration.ZERO);
		assertThat(decision.source()).isEqualTo(DecisionSource.REDIS);
	}

	@Test
	void refusedIfOneLimitRefuses() {
		RateLimitDecision decision = decision(passed("second", 3, SECOND), refused("minute", 0, MINUTE));
		assertThat(decision.outcome()).isEqualTo(Outcome.REFUSED);
		assertThat(decision.allowed()).isFalse();
		assertThat(decision.refusedBy()).containsExactly("minute");
	}

	@Test
	void tightestOfPassedLimitsHasFewestUnitsLeft() {
		LimitStatus tightest = passed("minute", 2, SECOND);
		RateLimitDecision decision = decision(passed("second", 3, MINUTE), tightest, passed("day", 5, MINUTE));
		assertThat(decision.tightest()).isEqualTo(tightest);
		assertThat(decision.limit()).isEqualTo(10);
		assertThat(decision.remaining()).isEqualTo(2);
		assertThat(decision.resetAfter()).isEqualTo(SECOND);
	}

	@Test
	void tightestIsOneThatRefusedEvenIfItHasMoreLeft() {
		LimitStatus tightest = refused("minute", 4, MINUTE);
		RateLimitDecision decision = decision(passed("second", 0, MINUTE), tightest, refused("day", 6, MINUTE));
		assertThat(decision.tightest()).isEqualTo(tightest);
		assertThat(decision.remaining()).isEqualTo(4);
	}

	@Test
	void tightestOfThoseWithAsManyLeftTakesLongestToReset() {
		LimitStatus tightest = passed("minute", 2, MINUTE);
		assertThat(decision(passed("second", 2, SECOND), tightest).tightest()).isEqualTo(tightest);
		assertThat(decision(tightest, passed("second", 2, SECOND)).tightest()).isEqualTo(tightest);
	}

	@Test
	void waitIsTheLongestOfThoseThatRefused() {
		RateLimitDecision decision = decision(refused("second", 0, SECOND), refused("minute", 0, MINUTE),
				passed("day", 5, MINUTE));
		assertThat(decision.retryAfter()).isEqualTo(MINUTE);
		assertThat(decision.refusedBy()).containsExactly("second", "minute");
	}

	@Test
	void waitIsNeverIfOneLimitNeverAllowsIt() {
		assertThat(decision(refused("second", 0, SECOND), refused("minute", 0, null)).retryAfter()).isNull();
		assertThat(decision(refused("minute", 0, null), passed("second", 2, SECOND)).retryAfter()).isNull();
	}

	@Test
	void shadowLetsARefusedRequestPassAndKeepsWhatIsKnown() {
		RateLimitDecision refused = decision(refused("minute", 0, MINUTE));
		RateLimitDecision shadowed = refused.under(Enforcement.SHADOW);
		assertThat(shadowed)
			.isEqualTo(new RateLimitDecision(Outcome.SHADOW_REFUSED, refused.limits(), DecisionSource.REDIS));
		assertThat(shadowed.allowed()).isTrue();
		assertThat(shadowed.refusedBy()).containsExactly("minute");
		assertThat(shadowed.under(Enforcement.SHADOW)).isSameAs(shadowed);
	}

	@Test
	void shadowLetsAnUnavailableRequestPassUnchecked() {
		assertThat(RateLimitDecision.unavailable().under(Enforcement.SHADOW))
			.isEqualTo(RateLimitDecision.unchecked(DecisionSource.FAILURE_MODE));
	}

	@Test
	void enforcedOrAllowedDecisionsStayAsTheyAre() {
		RateLimitDecision refused = decision(refused("minute", 0, MINUTE));
		assertThat(refused.under(Enforcement.ENFORCE)).isSameAs(refused);
		RateLimitDecision unavailable = RateLimitDecision.unavailable();
		assertThat(unavailable.under(Enforcement.ENFORCE)).isSameAs(unavailable);
		for (Enforcement enforcement : Enforcement.values()) {
			RateLimitDecision allowed = decision(passed("minute", 1, MINUTE));
			assertThat(allowed.under(enforcement)).isSameAs(allowed);
			RateLimitDecision unchecked = RateLimitDecision.unchecked(DecisionSource.FAILURE_MODE);
			assertThat(unchecked.under(enforcement)).isSameAs(unchecked);
		}
	}

	@Test
	void uncheckedAndUnavailableKnowNoLimits() {
		assertThat(RateLimitDecision.unchecked(DecisionSource.FAILURE_MODE).outcome()).isEqualTo(Outcome.UNCHECKED);
		assertThat(RateLimitDecision.unchecked(DecisionSource.FAILURE_MODE).allowed()).isTrue();
		assertThat(RateLimitDecision.unavailable().outcome()).isEqualTo(Outcome.UNAVAILABLE);
		assertThat(RateLimitDecision.unavailable().allowed()).isFalse();
		for (RateLimitDecision decision : List.of(RateLimitDecision.unchecked(DecisionSource.FAILURE_MODE),
				RateLimitDecision.unavailable())) {
			assertThat(decision.source()).isEqualTo(DecisionSource.FAILURE_MODE);
			assertThat(decision.tightest()).isNull();
			assertThat(decision.limit()).isEqualTo(-1);
			assertThat(decision.remaining()).isEqualTo(-1);
			assertThat(decision.resetAfter()).isEqualTo(Duration.ZERO);
			assertThat(decision.retryAfter()).isEqualTo(Duration.ZERO);
			assertThat(decision.refusedBy()).isEmpty();
		}
	}

	@Test
	void otherSourceLeavesTheRest() {
		RateLimitDecision decision = decision(refused("minute", 0, MINUTE));
		assertThat(decision.withSource(DecisionSource.FAILURE_MODE))
			.isEqualTo(new RateLimitDecision(Outcome.REFUSED, decision.limits(), DecisionSource.FAILURE_MODE));
	}

	@Test
	void decisionWithoutLimitsFollowsFromNothing() {
		assertThatIllegalArgumentException().isThrownBy(() -> RateLimitDecision.of(List.of(), DecisionSource.MEMORY))
			.withMessage("A decision needs at least one limit");
	}

	@Test
	void limitsAreCopied() {
		List<LimitStatus> limits = new ArrayList<>(List.of(passed("minute", 1, MINUTE)));
		RateLimitDecision decision = RateLimitDecision.of(limits, DecisionSource.MEMORY);
		limits.clear();
		assertThat(decision.limits()).containsExactly(passed("minute", 1, MINUTE));
	}

	@Test
	void statusOfOneLimitIsTheSameHoweverItIsAskedFor() {
		RateLimitDecision decision = RateLimitDecision.ofRefused(limit("minute"), 0, 5, 7, DecisionSource.MEMORY);
		LimitStatus status = decision.limits().get(0);
		assertThat(decision.limits()).singleElement().isSameAs(status);
		assertThat(decision.tightest()).isSameAs(status);
	}

	@Test
	void statusOfOneLimitIsTheSameForManyThreads() {
		RateLimitDecision decision = RateLimitDecision.ofAllowed(limit("minute"), 3, 7, DecisionSource.MEMORY, 0);
		Set<LimitStatus> seen = Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
		IntStream.range(0, 100).parallel().forEach((i) -> seen.add(decision.limits().get(0)));
		assertThat(seen).hasSize(1);
	}

	@Test
	void statusHasFromZeroToTheBurstRemaining() {
		assertThat(passed("minute", 0, MINUTE).remaining()).isZero();
		assertThat(passed("minute", 10, MINUTE).remaining()).isEqualTo(10);
		assertThatIllegalArgumentException().isThrownBy(() -> passed("minute", -1, MINUTE))
			.withMessage("remaining must be from 0 to 10, not -1");
		assertThatIllegalArgumentException().isThrownBy(() -> passed("minute", 11, MINUTE))
			.withMessage("remaining must be from 0 to 10, not 11");
	}

	@Test
	void statusWaitsAreNotNegativeAndZeroWhereNothingIsRefused() {
		Limit limit = limit("minute");
		assertThatIllegalArgumentException().isThrownBy(() -> passed("minute", 1, SECOND.negated()))
			.withMessage("A wait must not be negative");
		assertThatIllegalArgumentException().isThrownBy(() -> refused("minute", 1, SECOND.negated()))
			.withMessage("A wait must not be negative");
		assertThatIllegalArgumentException().isThrownBy(() -> new LimitStatus(limit, false, 1, SECOND, SECOND))
			.withMessage("A wait must be zero where the limit does not refuse");
		assertThatIllegalArgumentException().isThrownBy(() -> new LimitStatus(limit, false, 1, null, SECOND))
			.withMessage("A wait must be zero where the limit does not refuse");
	}

	@ParameterizedTest
	@EnumSource
	void onlyRefusedAndUnavailableRequestsMayNotGoOn(Outcome outcome) {
		assertThat(outcome.isAllowed()).isEqualTo(outcome != Outcome.REFUSED && outcome != Outcome.UNAVAILABLE);
	}

	@Test
	void exceptionTellsTierAndWait() {
		RateLimitDecision decision = decision(refused("minute", 0, MINUTE));
		RateLimitExceededException exception = new RateLimitExceededException("api", decision);
		assertThat(exception).hasMessage("Rate limit 'api' exceeded, please try again in 60 seconds");
		assertThat(exception.getTier()).isEqualTo("api");
		assertThat(exception.getDecision()).isSameAs(decision);
		assertThat(new RateLimitExceededException("api", decision(refused("minute", 0, null))))
			.hasMessage("Rate limit 'api' exceeded");
		assertThat(new RateLimitExceededException("api", RateLimitDecision.unavailable()))
			.hasMessage("Rate limit 'api' cannot be checked at present");
	}

	private static RateLimitDecision decision(LimitStatus... limits) {
		return RateLimitDecision.of(List.of(limits), DecisionSource.REDIS);
	}

	private static LimitStatus passed(String limit, long remaining, Duration resetAfter) {
		return new LimitStatus(limit(limit), false, remaining, Duration.ZERO, resetAfter);
	}

	private static LimitStatus refused(String limit, long remaining, @Nullable Duration retryAfter) {
		return new LimitStatus(limit(limit), true, remaining, retryAfter, MINUTE);
	}

	private static Limit limit(String name) {
		return Limit.of("10/m").withName(name);
	}

}
