package io.github.ratelimit.resilience;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Outage}.
 */
@ExtendWith(OutputCaptureExtension.class)
class OutageTests {

	private static final String FAILED = "The shared store could not decide (java.lang.IllegalStateException: gone)";

	private static final String OPENED = "The circuit breaker is open: 5 failures in a row.";

	private static final String CLOSED = "The circuit breaker is closed";

	private final ManualTime time = new ManualTime();

	private final Outage outage = new Outage(this.time.clock(), Runnable::run);

	@Test
	void failuresAreLoggedAtOnceAndThenOnceAMinuteWithHowMany(CapturedOutput output) {
		fail(100);
		assertThat(output).containsOnlyOnce(FAILED)
			.contains(FAILED + "; what it cannot decide follows its failure mode")
			.doesNotContain("since the last such line");
		this.time.pass(Duration.ofMinutes(1));
		fail(1);
		assertThat(count(output, FAILED)).isEqualTo(2);
		assertThat(output).contains("It could not 100 times since the last such line");
		assertThat(this.outage.since()).isNull();
	}

	@Test
	void openingAndClosingAreLoggedOnce(CapturedOutput output) {
		this.outage.opened("5 failures in a row");
		assertThat(this.outage.since()).isEqualTo(ManualTime.START);
		fail(3);
		this.outage.left();
		this.outage.left();
		this.time.pass(Duration.ofSeconds(5));
		assertThat(this.outage.since()).isEqualTo(ManualTime.START);
		this.outage.closed();
		assertThat(this.outage.since()).isNull();
		assertThat(output).containsOnlyOnce(OPENED
				+ " The shared store is not asked, and rate limits follow their failure mode, until it decides again")
			.containsOnlyOnce(CLOSED + ": the shared store decides again, after PT5S in which 2 requests followed "
					+ "their failure mode")
			.doesNotContain(FAILED);
	}

	@Test
	void triesThatFailAreLoggedOnceAMinuteWithHowMany(CapturedOutput output) {
		this.outage.opened("5 failures in a row");
		for (int i = 0; i < 13; i++) {
			this.time.pass(Duration.ofSeconds(10));
			this.outage.left();
			this.outage.staysOpen("still gone");
		}
		assertThat(count(output, "The circuit breaker is open")).isEqualTo(3);
		assertThat(output)
			.containsOnlyOnce("The circuit breaker is open since 2026-01-01T00:00:00Z: of 6 tries the last has failed "
					+ "(still gone), and 6 requests followed their failure mode")
			.containsOnlyOnce("of 12 tries the last has failed");
	}

	@Test
	void circuitThatOpensAndClosesInTurnIsLoggedAFewTimesAMinute(CapturedOutput output) {
		for (int i = 0; i < 50; i++) {
			this.outage.opened("5 failures in a row");
			this.outage.closed();
		}
		assertThat(count(output, OPENED)).isEqualTo(5);
		assertThat(count(output, CLOSED)).isEqualTo(5);
		this.time.pass(Duration.ofMinutes(1));
		this.outage.opened("5 failures in a row");
		assertThat(count(output, OPENED)).isEqualTo(6);
		assertThat(output).contains("It has opened 46 times since the last such line");
	}

	@Test
	void outageThatWasNotLoggedIsLoggedIfItLasts(CapturedOutput output) {
		for (int i = 0; i < 6; i++) {
			this.outage.opened("5 failures in a row");
			this.outage.closed();
		}
		this.outage.opened("5 failures in a row");
		this.time.pass(Duration.ofSeconds(59));
		this.outage.staysOpen("still gone");
		assertThat(count(output, "The circuit breaker is open")).isEqualTo(5);
		this.time.pass(Duration.ofSeconds(1));
		this.outage.staysOpen("still gone");
		assertThat(output).containsOnlyOnce("The circuit breaker is open: still gone.")
			.containsOnlyOnce("It has opened 2 times since the last such line");
		this.outage.closed();
		assertThat(count(output, CLOSED)).isEqualTo(6);
	}

	@Test
	void whatAServerSaysDoesNotReachTheTerminalAsItIs(CapturedOutput output) {
		this.outage.opened("gone\u001b[31m\nINFO all is well.");
		assertThat(output).contains("The circuit breaker is open: gone?[31m?INFO all is well.");
	}

	private void fail(int times) {
		for (int i = 0; i < times; i++) {
			this.outage.failed(new IllegalStateException("gone"));
		}
	}

	private static int count(CapturedOutput output, String text) {
		return StringUtils.countOccurrencesOf(output.toString(), text);
	}

}
