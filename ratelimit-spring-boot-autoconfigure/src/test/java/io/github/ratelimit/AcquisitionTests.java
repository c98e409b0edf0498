package io.github.ratelimit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Tests for {@link Acquisition} and {@link TierUse}.
 */
class AcquisitionTests {

	private static final RateLimiterSettings SETTINGS = RateLimiterSettings.of("api", Limit.of("2/s"));

	@Test
	void acquisitionCostsFromZeroToTheLargestLong() {
		assertThat(new Acquisition(SETTINGS, "alice", 0).cost()).isZero();
		assertThat(new Acquisition(SETTINGS, "alice", Long.MAX_VALUE).cost()).isEqualTo(Long.MAX_VALUE);
		assertThatIllegalArgumentException().isThrownBy(() -> new Acquisition(SETTINGS, "alice", -1))
			.withMessage("A cost must not be negative, but is -1");
	}

	@Test
	void acquisitionNeedsSettingsAndKey() {
		assertThatNullPointerException().isThrownBy(() -> new Acquisition(null, "alice", 1))
			.withMessage("settings must not be null");
		assertThatNullPointerException().isThrownBy(() -> new Acquisition(SETTINGS, null, 1))
			.withMessage("key must not be null");
	}

	@Test
	void useIsOfOneUnitByACallerOfNoPlanUnlessSaid() {
		assertThat(TierUse.of("api", "alice")).isEqualTo(new TierUse("api", null, "alice", 1));
		assertThat(TierUse.of("api", "alice").withCost(7).withPlan("premium"))
			.isEqualTo(new TierUse("api", "premium", "alice", 7));
		assertThat(TierUse.of("api", "alice").withPlan("premium").withCost(0))
			.isEqualTo(new TierUse("api", "premium", "alice", 0));
	}

	@Test
	void useNeedsTierAndKeyAndACostThatIsNotNegative() {
		assertThatNullPointerException().isThrownBy(() -> TierUse.of(null, "alice"))
			.withMessage("tier must not be null");
		assertThatNullPointerException().isThrownBy(() -> TierUse.of("api", null)).withMessage("key must not be null");
		assertThatIllegalArgumentException().isThrownBy(() -> TierUse.of("api", "alice").withCost(-3))
			.withMessage("A cost must not be negative, but is -3");
	}

}
