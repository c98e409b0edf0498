package io.github.ratelimit.autoconfigure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/**
 * Tests for what is printed where algorithms, time zones and lists of limits stop the
 * start of an application.
 */
@ExtendWith(OutputCaptureExtension.class)
class LimitStartupFailureTests {

	@ParameterizedTest
	@CsvSource({ "algorithm, sliding-window", "zone, Europe/Berlin" })
	void wordOnALimitThatIsNotThere(String word, String value, CapturedOutput output) {
		StartupFailureTests.fails(output, "ratelimit.tiers.ai." + word + "=" + value)
			.isEqualTo(StartupFailureTests.invalid("ratelimit.tiers.ai." + word, value,
					"it is said of a limit that has no rate",
					"Set 'ratelimit.tiers.ai.rate' too, such as 2/s or 100/m."));
	}

	@ParameterizedTest
	@CsvSource({ "rate, 10/m", "burst, 7", "algorithm, fixed-window", "zone, UTC" })
	void limitBesideAList(String word, String value, CapturedOutput output) {
		StartupFailureTests
			.fails(output, "ratelimit.tiers.reports.limits[0].rate=100/d",
					"ratelimit.tiers.reports." + word + "=" + value)
			.isEqualTo(StartupFailureTests.invalid("ratelimit.tiers.reports." + word, value,
					"'ratelimit.tiers.reports.limits' is set too",
					"Set it in 'ratelimit.tiers.reports.limits', or leave them out."));
	}

	@Test
	void limitBesideAListOfAPlan(CapturedOutput output) {
		StartupFailureTests
			.fails(output, "ratelimit.tiers.ai.plans.premium.limits[0].rate=100/d",
					"ratelimit.tiers.ai.plans.premium.rate=2/s")
			.isEqualTo(StartupFailureTests.invalid("ratelimit.tiers.ai.plans.premium.rate", "2/s",
					"'ratelimit.tiers.ai.plans.premium.limits' is set too",
					"Set it in 'ratelimit.tiers.ai.plans.premium.limits', or leave them out."));
	}

	@Test
	void limitsOfOneName(CapturedOutput output) {
		StartupFailureTests
			.fails(output, "ratelimit.tiers.reports.limits[0].rate=10/m",
					"ratelimit.tiers.reports.limits[1].rate=100/d")
			.isEqualTo(StartupFailureTests.notSet("ratelimit.tiers.reports.limits[1].name",
					"another of the limits is called 'reports' too",
					"Set 'ratelimit.tiers.reports.limits[1].name' to a name of its own, such as 'day'."));
		StartupFailureTests
			.fails(output, "ratelimit.tiers.reports.limits[0].rate=10/m", "ratelimit.tiers.reports.limits[0].name=day",
					"ratelimit.tiers.reports.limits[1].rate=100/d", "ratelimit.tiers.reports.limits[1].name=day")
			.isEqualTo(StartupFailureTests.invalid("ratelimit.tiers.reports.limits[1].name", "day",
					"another of the limits is called 'day' too",
					"Set 'ratelimit.tiers.reports.limits[1].name' to a name of its own, such as 'day'."));
	}

	@Test
	void limitThatHasNoName(CapturedOutput output) {
		StartupFailureTests
			.fails(output, "ratelimit.tiers.reports.limits[0].rate=10/m",
					"ratelimit.tiers.reports.limits[0].name=a day")
			.isEqualTo(StartupFailureTests.invalid("ratelimit.tiers.reports.limits[0].name", "a day",
					"it is not a limit's name",
					"Name it with 1 to 64 letters, digits, '.', '_' and '-', beginning with a letter or digit."));
	}

	@Test
	void limitOfAListWithoutRate(CapturedOutput output) {
		StartupFailureTests.fails(output, "ratelimit.tiers.reports.limits[0].name=day")
			.isEqualTo(StartupFailureTests.notSet("ratelimit.tiers.reports.limits[0].rate", "the limit has no rate",
					"Set 'ratelimit.tiers.reports.limits[0].rate', such as 2/s or 100/d."));
	}

	@Test
	void burstOfAWindow(CapturedOutput output) {
		StartupFailureTests
			.fails(output, "ratelimit.tiers.reports.limits[0].rate=100/m", "ratelimit.tiers.reports.limits[0].burst=20",
					"ratelimit.tiers.reports.limits[0].algorithm=sliding-window")
			.isEqualTo(StartupFailureTests.invalid("ratelimit.tiers.reports.limits[0].burst", "20",
					"only a token bucket has a burst of its own; other windows allow their quota, here 100, at once",
					"Leave 'ratelimit.tiers.reports.limits[0].burst' out, or set "
							+ "'ratelimit.tiers.reports.limits[0].algorithm' to token-bucket."));
	}

	@Test
	void zoneThatDoesNotExist(CapturedOutput output) {
		StartupFailureTests
			.fails(output, "ratelimit.tiers.reports.rate=100/d", "ratelimit.tiers.reports.algorithm=fixed-window",
					"ratelimit.tiers.reports.zone=Europe/Atlantis")
			.isEqualTo("""
					Description:

					Failed to bind properties under 'ratelimit.tiers.reports.zone' to java.time.ZoneId:

					    Property: ratelimit.tiers.reports.zone
					    Value: "Europe/Atlantis"
					    Origin: "ratelimit.tiers.reports.zone" from property source "commandLineArgs"
					    Reason: failed to convert java.lang.String to java.time.ZoneId (caused by \
					java.time.zone.ZoneRulesException: Unknown time-zone ID: Europe/Atlantis)

					Action:

					Update your application's configuration
					""");
	}

	@ParameterizedTest
	@CsvSource({ "sliding-window", "sliding-window-counter", "token-bucket", "''" })
	void zoneOfOtherThanFixedWindows(String algorithm, CapturedOutput output) {
		StartupFailureTests
			.fails(output, "ratelimit.tiers.reports.rate=100/d", "ratelimit.tiers.reports.algorithm=" + algorithm,
					"ratelimit.tiers.reports.zone=Europe/Berlin")
			.isEqualTo(StartupFailureTests.invalid("ratelimit.tiers.reports.zone", "Europe/Berlin",
					"only fixed windows follow the calendar of a time zone",
					"Set 'ratelimit.tiers.reports.algorithm' to fixed-window, or leave 'ratelimit.tiers.reports.zone' "
							+ "out."));
	}

	@Test
	void zoneOfAWindowThatIsNotOfTheCalendar(CapturedOutput output) {
		StartupFailureTests
			.fails(output, "ratelimit.tiers.reports.rate=100/2d", "ratelimit.tiers.reports.algorithm=fixed-window",
					"ratelimit.tiers.reports.zone=Europe/Berlin")
			.isEqualTo(StartupFailureTests.invalid("ratelimit.tiers.reports.rate", "100/2d",
					"a window of the calendar is one minute, hour, day, week or month",
					"Set 'ratelimit.tiers.reports.rate' to such a one, as 100/d, or leave "
							+ "'ratelimit.tiers.reports.zone' out."));
	}

	@Test
	void monthWithoutZone(CapturedOutput output) {
		StartupFailureTests
			.fails(output, "ratelimit.tiers.reports.rate=1000/month", "ratelimit.tiers.reports.algorithm=fixed-window")
			.isEqualTo(StartupFailureTests.notSet("ratelimit.tiers.reports.zone",
					"when a month begins depends on the time zone",
					"Set 'ratelimit.tiers.reports.zone', such as UTC or Europe/Berlin."));
	}

	@Test
	void algorithmThatDoesNotExist(CapturedOutput output) {
		StartupFailureTests
			.fails(output, "ratelimit.tiers.reports.rate=100/d", "ratelimit.tiers.reports.algorithm=leaky-bucket")
			.isEqualTo("""
					Description:

					Failed to bind properties under 'ratelimit.tiers.reports.algorithm' to \
					io.github.ratelimit.Algorithm:

					    Property: ratelimit.tiers.reports.algorithm
					    Value: "leaky-bucket"
					    Origin: "ratelimit.tiers.reports.algorithm" from property source "commandLineArgs"
					    Reason: failed to convert java.lang.String to io.github.ratelimit.Algorithm (caused by \
					java.lang.IllegalArgumentException: No enum constant io.github.ratelimit.Algorithm.leaky-bucket)

					Action:

					Update your application's configuration. The following values are valid:

					    FIXED_WINDOW
					    SLIDING_WINDOW
					    SLIDING_WINDOW_COUNTER
					    TOKEN_BUCKET
					""");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			sliding-window | 500001/d | A sliding window of 500001/d cannot be kept: it has at most 500000 units and \
			400 days. Choose a sliding window counter, which keeps two numbers
			sliding-window | 1/401d | A sliding window of 1/401d cannot be kept: it has at most 500000 units and \
			400 days. Choose a sliding window counter, which keeps two numbers
			sliding-window-counter | 9007199254740881/3653d | A rate of 9007199254740881/3653d cannot be counted \
			exactly: choose a smaller quota, or a shorter window of whole seconds
			fixed-window | 4503599627370497/d | A quota of 4503599627370497 cannot be counted exactly: it must be at \
			most 4503599627370496
			""")
	void limitThatCannotBeCounted(String algorithm, String rate, String reason, CapturedOutput output) {
		StartupFailureTests
			.fails(output, "ratelimit.tiers.reports.limits[0].rate=" + rate,
					"ratelimit.tiers.reports.limits[0].algorithm=" + algorithm)
			.isEqualTo(StartupFailureTests.invalid("ratelimit.tiers.reports.limits[0].rate", rate, reason,
					"Choose another rate, or another 'ratelimit.tiers.reports.limits[0].algorithm'."));
	}

}
