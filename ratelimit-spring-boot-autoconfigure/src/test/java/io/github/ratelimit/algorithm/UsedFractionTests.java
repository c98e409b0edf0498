package io.github.ratelimit.algorithm;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LimitAlgorithm#usedFraction(LimitState, long)}.
 */
class UsedFractionTests {

	private static final long SECOND = 1_000_000;

	private static final long NOW = 1_000 * SECOND;

	@ParameterizedTest
	@EnumSource
	void isWhatCallersAreTold(Algorithm kind) {
		LimitAlgorithm algorithm = LimitAlgorithm.of(Limit.of("8/s").withAlgorithm(kind));
		assertThat(algorithm.usedFraction(null, NOW)).isZero();
		LimitState state = algorithm.charge(null, NOW, 2);
		assertThat(algorithm.usedFraction(state, NOW)).isEqualTo(0.25);
		state = algorithm.charge(state, NOW, 6);
		assertThat(algorithm.usedFraction(state, NOW)).isEqualTo(1);
		assertThat(algorithm.usedFraction(state, NOW - SECOND)).isEqualTo(1);
		assertThat(algorithm.usedFraction(state, NOW + 2 * SECOND)).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void oneUnitOfVeryManyCounts(Algorithm kind) {
		LimitAlgorithm algorithm = LimitAlgorithm.of(Limit.of("500000/d").withAlgorithm(kind));
		assertThat(algorithm.usedFraction(algorithm.charge(null, NOW, 1), NOW)).isEqualTo(1 / 500_000.0);
		assertThat(algorithm.usedFraction(algorithm.charge(null, NOW, 499_999), NOW)).isEqualTo(499_999 / 500_000.0);
	}

	@Test
	void bucketWithoutAWholeUnitIsUsedUp() {
		LimitAlgorithm bucket = LimitAlgorithm.of(Limit.of("0.5/s").withBurst(3));
		LimitState state = bucket.charge(null, NOW, 3);
		assertThat(bucket.usedFraction(state, NOW + 2 * SECOND - 1)).isEqualTo(1);
		assertThat(bucket.usedFraction(state, NOW + 2 * SECOND)).isEqualTo(2 / 3.0);
	}

	@Test
	void slidingWindowForgetsUnitByUnit() {
		LimitAlgorithm window = LimitAlgorithm.of(Limit.of("4/s").withAlgorithm(Algorithm.SLIDING_WINDOW));
		LimitState state = window.charge(window.charge(null, NOW, 1), NOW + 10, 3);
		assertThat(window.usedFraction(state, NOW + SECOND - 1)).isEqualTo(1);
		assertThat(window.usedFraction(state, NOW + SECOND)).isEqualTo(0.75);
	}

	@Test
	void windowBeforeCountsByItsPart() {
		LimitAlgorithm counter = LimitAlgorithm.of(Limit.of("4/s").withAlgorithm(Algorithm.SLIDING_WINDOW_COUNTER));
		LimitState state = counter.charge(null, NOW, 4);
		assertThat(counter.usedFraction(state, NOW + SECOND + SECOND / 2)).isEqualTo(0.5);
	}

	@ParameterizedTest
	@EnumSource
	void debtIsNoMoreThanAll(Algorithm kind) {
		LimitAlgorithm algorithm = LimitAlgorithm.of(Limit.of("4/h").withAlgorithm(kind));
		LimitState state = algorithm.charge(null, NOW, 4);
		LimitState settled = algorithm.settle(state, NOW, new Charged(NOW, 4, NOW + 3600 * SECOND), 100);
		assertThat(algorithm.usedFraction(settled, NOW)).isEqualTo(1);
	}

}
