package io.github.ratelimit.resilience;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

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

	private static final String BEGIN = "The shared store cannot decide (java.lang.IllegalStateException: gone)";

	private static final String END = "The shared store answers again, after PT5S";

	private final SettableClock clock = new SettableClock();

	private final Outage outage = new Outage(this.clock);

	@Test
	void beginAndEndAreLoggedOnceHoweverManyRequestsFail(CapturedOutput output) {
		for (int i = 0; i < 100; i++) {
			fail();
		}
		this.clock.pass(Duration.ofSeconds(5));
		this.outage.succeeded();
		this.outage.succeeded();
		assertThat(output).containsOnlyOnce(BEGIN).containsOnlyOnce(END);
		assertThat(this.outage.since()).isNull();
	}

	@Test
	void sinceIsWhenTheFirstRequestFailed() {
		fail();
		this.clock.pass(Duration.ofSeconds(5));
		fail();
		assertThat(this.outage.since()).isEqualTo(Instant.EPOCH);
	}

	@Test
	void storeThatFailsAndAnswersInTurnIsLoggedOnceAMinute(CapturedOutput output) {
		for (int i = 0; i < 50; i++) {
			fail();
			this.outage.succeeded();
		}
		assertThat(StringUtils.countOccurrencesOf(output.toString(), BEGIN)).isOne();
		this.clock.pass(Duration.ofMinutes(1));
		fail();
		assertThat(StringUtils.countOccurrencesOf(output.toString(), BEGIN)).isEqualTo(2);
		assertThat(output).contains("It has failed and answered again 49 times since the last such line");
	}

	@Test
	void outageSoonAfterAnotherIsLoggedIfItLasts(CapturedOutput output) {
		fail();
		this.outage.succeeded();
		this.clock.pass(Duration.ofSeconds(30));
		fail();
		assertThat(StringUtils.countOccurrencesOf(output.toString(), BEGIN)).isOne();
		this.clock.pass(Duration.ofSeconds(30));
		fail();
		assertThat(StringUtils.countOccurrencesOf(output.toString(), BEGIN)).isEqualTo(2);
		assertThat(this.outage.since()).isEqualTo(Instant.EPOCH.plusSeconds(30));
	}

	private void fail() {
		this.outage.failed(new IllegalStateException("gone"));
	}

	/**
	 * A clock that the test sets.
	 */
	private static final class SettableClock extends Clock {

		private Instant now = Instant.EPOCH;

		void pass(Duration time) {
			this.now = this.now.plus(time);
		}

		@Override
		public Instant instant() {
			return this.now;
		}

		@Override
		public ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return this;
		}

	}

}
