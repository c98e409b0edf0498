package io.github.ratelimit.fault;

import java.time.Duration;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.testsupport.RedisFault;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that callers of a leased limit are served while Redis fails, and that everything
 * that was admitted is charged: what was drawn and not given back may be besides.
 */
class LeasedFaultTests {

	private static final Duration SCHEDULING_SLACK = Duration.ofMillis(100);

	// What the limit that Redis counts by is less than the one that is leased
	private static final int KEPT_BACK = 3;

	@ParameterizedTest
	@EnumSource
	void callersAreServedInTimeAndAllThatWasAdmittedIsCharged(RedisFault fault) {
		FaultReport report = FaultRun.of(fault, FailureMode.LOCAL,
				"ratelimit.tiers." + LimitedInstance.COUNTED + ".mode=leased");
		assertThat(report.exceptions()).isEmpty();
		assertThat(report.errors()).isZero();
		assertThat(report.unexpectedRefusals()).isZero();
		assertThat(report.timeToRecover()).isNotNull();
		assertThat(report.worstLatency())
			.isLessThanOrEqualTo(LimitedInstance.DEADLINE.plus(SCHEDULING_SLACK).plus(report.noise().multipliedBy(3)));
		long byLeases = report.admitted(DecisionSource.LEASE);
		long byRedis = report.admitted(DecisionSource.REDIS) + byLeases;
		long handedOver = report.admitted(DecisionSource.FAILURE_MODE);
		assertThat(byLeases).isPositive();
		long leftOut = Math.min(handedOver, FaultRun.CALLERS);
		switch (report.fault().counts()) {
			case KEPT ->
				assertThat(report.countedInRedis() - KEPT_BACK).isGreaterThanOrEqualTo(byRedis + handedOver - leftOut);
			case UNCERTAIN -> assertThat(report.countedInRedis() - KEPT_BACK).isGreaterThanOrEqualTo(byRedis);
			case LOST -> assertThat(report.countedInRedis() - KEPT_BACK)
				.isGreaterThanOrEqualTo(report.admittedAfterwards(DecisionSource.REDIS) + handedOver - leftOut);
		}
	}

}
