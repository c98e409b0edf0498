package io.github.ratelimit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Tests for {@link RateLimitSettlement}.
 */
class RateLimitSettlementTests {

	private static final Instant CHARGED_AT = Instant.parse("2026-01-01T00:00:00Z");

	private static final Limit LIMIT = Limit.of("10/m");

	private static final RateLimitRequest REQUEST = new RateLimitRequest(List
		.of(new Charge(new Counter("user", "alice", LIMIT), 3), new Charge(new Counter("ip", "203.0.113.7", LIMIT), 3)),
			FailureMode.LOCAL);

	private static final LimitStatus STATUS = new LimitStatus(LIMIT, false, 7, Duration.ZERO, Duration.ofSeconds(18));

	private static final RateLimitDecision ALLOWED = RateLimitDecision.of(List.of(STATUS, STATUS),
			DecisionSource.CUSTOM);

	private static final RateLimitDecision CHARGED = ALLOWED.chargedAt(CHARGED_AT);

	@Test
	void tellsWhenAndWhatWasCharged() {
		List<Long> costs = new ArrayList<>(List.of(0L, Long.MAX_VALUE));
		RateLimitSettlement settlement = new RateLimitSettlement(REQUEST, CHARGED, costs);
		costs.clear();
		assertThat(settlement.costs()).containsExactly(0L, Long.MAX_VALUE);
		assertThat(settlement.chargedAt()).isEqualTo(CHARGED_AT);
	}

	@Test
	void needsOneCostForEachCharge() {
		assertThatIllegalArgumentException().isThrownBy(() -> new RateLimitSettlement(REQUEST, CHARGED, List.of(1L)))
			.withMessage("A settlement needs one cost and one status for each of the 2 charges, not 1 and 2");
	}

	@Test
	void needsOneStatusForEachCharge() {
		RateLimitDecision one = RateLimitDecision.of(List.of(STATUS), DecisionSource.CUSTOM).chargedAt(CHARGED_AT);
		assertThatIllegalArgumentException().isThrownBy(() -> new RateLimitSettlement(REQUEST, one, List.of(1L, 1L)))
			.withMessage("A settlement needs one cost and one status for each of the 2 charges, not 2 and 1");
	}

	@Test
	void costMustNotBeNegative() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new RateLimitSettlement(REQUEST, CHARGED, List.of(1L, -1L)))
			.withMessage("A cost must not be negative, but is one of [1, -1]");
	}

	@Test
	void whatWasNotChargedCannotBeSettled() {
		assertThatNullPointerException().isThrownBy(() -> new RateLimitSettlement(REQUEST, ALLOWED, List.of(1L, 1L)))
			.withMessage("decision must have charged");
	}

}
