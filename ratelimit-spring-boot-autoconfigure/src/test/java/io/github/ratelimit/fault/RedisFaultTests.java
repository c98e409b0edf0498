package io.github.ratelimit.fault;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.testsupport.RedisFault;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that callers are served in time whatever happens to Redis, and that nothing is
 * lost. Prints what was seen, and with {@code -Dratelimit.faults.write=true} writes it
 * into the documentation.
 */
class RedisFaultTests {

	private static final Log logger = LogFactory.getLog(RedisFaultTests.class);

	private static final String WRITE = "ratelimit.faults.write";

	private static final Duration SCHEDULING_SLACK = Duration.ofMillis(50);

	private static final Duration LONGEST_RECOVERY = Duration.ofSeconds(10);

	/**
	 * A probe each four fifths of the wait at least, some at once where connections are
	 * restored, and the callers who were about to ask.
	 */
	private static final long MOST_CALLS_WHILE_OPEN = 5 + 5 + FaultRun.CALLERS;

	/**
	 * One for each try, and those that are made in the background, less and less often.
	 */
	private static final long MOST_CONNECTIONS = 20;

	/**
	 * A circuit breaker that opens and closes in turn is logged five times a minute.
	 */
	private static final int MOST_LOG_LINES = 20;

	private static final FaultTable table = new FaultTable();

	/**
	 * What is run first in a process is slow, whatever it is.
	 */
	@BeforeAll
	static void warmUp() {
		FaultRun.of(RedisFault.REFUSED, FailureMode.LOCAL);
	}

	@AfterAll
	static void print() {
		logger.info("Faults of Redis, under " + FaultRun.DECISIONS_PER_SECOND + " decisions a second:\n" + table);
		if (Boolean.getBoolean(WRITE)) {
			table.write(FaultTable.document());
		}
	}

	static Stream<Arguments> faults() {
		return Stream.of(RedisFault.values()).flatMap((fault) -> modes(fault).map((mode) -> Arguments.of(fault, mode)));
	}

	private static Stream<FailureMode> modes(RedisFault fault) {
		return switch (fault) {
			case REFUSED, FROZEN -> Stream.of(FailureMode.values());
			default -> Stream.of(FailureMode.LOCAL);
		};
	}

	@ParameterizedTest
	@MethodSource("faults")
	void callersAreServedInTimeAndNothingIsLost(RedisFault fault, FailureMode failureMode) {
		FaultReport report = FaultRun.of(fault, failureMode);
		table.add(report);
		logger.debug(fault + ": " + report.waited(LimitedInstance.DEADLINE) + " waited, " + report.callsWhileOpen()
				+ " calls while open, " + report.connections() + " connections, " + report.clientLog().size()
				+ " lines of the client, noise " + report.noise() + ", log:\n" + String.join("\n", report.log()));
		assertServed(report);
		assertInTime(report);
		assertLeftAlone(report);
		assertRecovered(report);
		assertWithinLimit(report);
		assertNothingLost(report);
		assertLogged(report);
	}

	private static void assertLogged(FaultReport report) {
		// One when a connection is lost, and one when there is another
		int changes = (int) (2 * report.connections());
		assertThat(report.log()).hasSizeLessThanOrEqualTo(MOST_LOG_LINES + (isUncertain(report) ? changes : 0));
		// Of two connections: one to ask, and one to hear what others publish
		assertThat(report.clientLog()).hasSizeLessThanOrEqualTo(2 * (changes + 4));
	}

	private static void assertServed(FaultReport report) {
		assertThat(report.exceptions()).isEmpty();
		assertThat(report.unexpectedRefusals()).isZero();
		if (report.failureMode() != FailureMode.CLOSED) {
			assertThat(report.errors()).isZero();
		}
	}

	private static void assertInTime(FaultReport report) {
		assertThat(report.worstLatency())
			.isLessThanOrEqualTo(LimitedInstance.DEADLINE.plus(SCHEDULING_SLACK).plus(noise(report)));
		assertThat(report.waited(LimitedInstance.DEADLINE))
			.isLessThanOrEqualTo(LimitedInstance.FAILURE_THRESHOLD * FaultRun.CALLERS);
	}

	/**
	 * A decision that is late goes from the caller to the timer and back, and each of
	 * them may be kept waiting for a processor.
	 */
	private static Duration noise(FaultReport report) {
		return report.noise().multipliedBy(3);
	}

	private static void assertLeftAlone(FaultReport report) {
		assertThat(report.connections()).isLessThanOrEqualTo(MOST_CONNECTIONS);
		if (report.fault().isOutage()) {
			assertThat(report.openNanos()).as("when the circuit breaker opened").isNotNull();
			assertThat(report.callsWhileOpen()).isLessThanOrEqualTo(MOST_CALLS_WHILE_OPEN);
		}
		else if (!isUncertain(report)) {
			assertThat(report.openNanos()).as("when the circuit breaker opened").isNull();
		}
	}

	private static void assertRecovered(FaultReport report) {
		assertThat(report.timeToRecover()).isNotNull().isLessThan(LONGEST_RECOVERY);
	}

	private static void assertWithinLimit(FaultReport report) {
		switch (report.failureMode()) {
			case LOCAL -> {
				assertThat(report.overDuring()).isLessThanOrEqualTo(1);
				// What was used up in Redis is there once more without it, and not again
				// with it
				assertThat(report.overBeginning()).isLessThanOrEqualTo(onceMore(report));
				assertThat(report.overEnd()).isLessThanOrEqualTo(isUncertain(report) ? onceMore(report) : 1);
			}
			case CLOSED -> {
				assertThat(report.overBeginning()).isLessThan(0.01);
				assertThat(report.overEnd()).isLessThan(0.01);
			}
			case OPEN -> assertThat(report.overDuring()).isPositive();
		}
	}

	/**
	 * The burst, and a unit for each instance. Where Redis decides now and then, and is
	 * not told what it missed, also what comes back without it meanwhile.
	 */
	private static double onceMore(FaultReport report) {
		Limit limit = LimitedInstance.LIMIT;
		double seconds = isUncertain(report) ? (report.endedNanos() - report.beganNanos()) / 1e9 : 0;
		return limit.burst() + 1 + seconds * limit.rate().quota() / limit.rate().window().toSeconds();
	}

	private static boolean isUncertain(FaultReport report) {
		return report.fault().counts() == RedisFault.Counts.UNCERTAIN;
	}

	private static void assertNothingLost(FaultReport report) {
		long byRedis = report.admitted(DecisionSource.REDIS);
		long handedOver = report.admitted(DecisionSource.FAILURE_MODE);
		long atLeast = switch (report.fault().counts()) {
			case KEPT -> byRedis + handedOver;
			case UNCERTAIN -> byRedis;
			case LOST -> report.admittedAfterwards(DecisionSource.REDIS) + handedOver;
		};
		// Who is decided without Redis while another hands over may be left out
		long leftOut = Math.min(handedOver, FaultRun.CALLERS);
		// What Redis was asked and did not answer it may have charged, but once
		assertThat(report.countedInRedis()).isBetween(atLeast - leftOut, byRedis + handedOver + report.storeErrors());
	}

	@Test
	void documentationHasARowForEachFault() {
		List<String> documented = FaultTable.read(FaultTable.document());
		List<String> expected = faults()
			.map((arguments) -> FaultTable.start((RedisFault) arguments.get()[0], (FailureMode) arguments.get()[1]))
			.toList();
		assertThat(documented.subList(0, 2)).isEqualTo(FaultTable.head());
		assertThat(documented.subList(2, documented.size())).hasSameSizeAs(expected)
			.zipSatisfy(expected, (row, start) -> assertThat(row).startsWith(start));
	}

}
