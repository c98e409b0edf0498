package io.github.ratelimit;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Tests for {@link RateFormat}, by {@link Rate#parse(String)} and
 * {@link Rate#toString()}.
 */
class RateFormatTests {

	private static final String USAGE = "; write <number>/<window>, such as 2/s, 0.5/s, 100/m, 100/60s, 1000/1h, "
			+ "10000/d, 1000/month or 5/PT10S";

	@ParameterizedTest
	@CsvSource({ "2/s, 2, PT1S", "1/s, 1, PT1S", "100/m, 100, PT1M", "100/60s, 100, PT1M", "1000/1h, 1000, PT1H",
			"1000/h, 1000, PT1H", "10000/d, 10000, P1D", "5/PT10S, 5, PT10S", "5/pt10s, 5, PT10S", "3/P2DT3H, 3, PT51H",
			"7/500ms, 7, PT0.5S", "1/ms, 1, PT0.001S", "5/PT0.000001S, 5, PT0.000001S", "11/13s, 11, PT13S",
			"0100/060s, 100, PT1M", "10/3653d, 10, P3653D", "999999999999999999/s, 999999999999999999, PT1S",
			"50/w, 50, P7D", "50/2w, 50, P14D", "1000/month, 1000, PT730H29M6S", "1/12month, 1, PT8765H49M12S",
			"0.5/w, 1, P14D", "10/second, 10, PT1S", "10/sec, 10, PT1S", "10/minute, 10, PT1M", "10/min, 10, PT1M",
			"10/hour, 10, PT1H", "10/day, 10, P1D", "10/week, 10, P7D", "10/5minute, 10, PT5M" })
	void wholeNumberIsTheQuotaOfTheWindow(String text, long quota, Duration window) {
		assertThat(Rate.parse(text)).isEqualTo(new Rate(quota, window));
	}

	@ParameterizedTest
	@CsvSource({ "0.5/s, 1, PT2S", "0.1/s, 1, PT10S", "1.5/s, 3, PT2S", "2.0/s, 2, PT1S", "1.50/m, 3, PT2M",
			"0.033333333/ms, 33333333, PT1000000S", "2.5/PT0.000001S, 5, PT0.000002S", "0.75/ms, 3, PT0.004S",
			"100.25/d, 401, P4D", "00.5/s, 1, PT2S", "0.000000001/ms, 1, PT1000000S" })
	void fractionIsAnExactRatio(String text, long quota, Duration window) {
		assertThat(Rate.parse(text)).isEqualTo(new Rate(quota, window));
	}

	@ParameterizedTest
	@ValueSource(strings = { " 2/s", "2/s ", "2 / s", "\t2/ s\n" })
	void spaceAroundTheNumberAndTheWindowDoesNotMatter(String text) {
		assertThat(Rate.parse(text)).isEqualTo(new Rate(2, Duration.ofSeconds(1)));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			value = { "2/ | its window is missing", "0/s | its number must be above zero",
					"0.0/s | its number must be above zero", "-1/s | '-1' is not a positive number",
					"+1/s | '+1' is not a positive number", ".5/s | '.5' is not a positive number",
					"5./s | '5.' is not a positive number", "1,5/s | '1,5' is not a positive number",
					"5/fortnight | 'fortnight' is not a window (known units are ms, s, m, h, d, w, month)",
					"2/S | 'S' is not a window (known units are ms, s, m, h, d, w, month)",
					"2/-1s | '-1s' is not a window (known units are ms, s, m, h, d, w, month)",
					"2/1.5s | '1.5s' is not a window (known units are ms, s, m, h, d, w, month)",
					"2/1 s | '1 s' is not a window (known units are ms, s, m, h, d, w, month)",
					"2/5 | '5' is not a window (known units are ms, s, m, h, d, w, month)",
					"2/s/s | 's/s' is not a window (known units are ms, s, m, h, d, w, month)",
					"2/secs | 'secs' is not a window (known units are ms, s, m, h, d, w, month)",
					"1/11y | '11y' is not a window (known units are ms, s, m, h, d, w, month)",
					"\u0662/s | '\u0662' is not a positive number", "\"\" | it has no window",
					"/s | '' is not a positive number", "/ | '' is not a positive number", "2 | it has no window",
					"s | it has no window", "1e3/s | '1e3' is not a positive number",
					"1/P1Y | 'P1Y' is not an ISO-8601 duration", "1/PT | 'PT' is not an ISO-8601 duration",
					"1/999999999999999999d | its window must not be longer than ten years (3653d)" })
	void textThatIsNotARateIsAnErrorThatSaysWhyAndHowToWriteOne(String text, String reason) {
		assertThatIllegalArgumentException().isThrownBy(() -> Rate.parse(text))
			.withMessage("'" + text + "' is not a rate: " + reason + USAGE);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "2/0s | The window of a rate must be longer than zero, not PT0S",
					"2/PT0S | The window of a rate must be longer than zero, not PT0S",
					"2/PT-1S | The window of a rate must be longer than zero, not PT-1S",
					"2/PT0.0000001S | The window of a rate must be whole microseconds, not PT0.0000001S",
					"1/3654d | The window of a rate must not be longer than ten years (3653d), but is PT87696H",
					"0.1/366d | The window of a rate must not be longer than ten years (3653d), but is PT87840H" })
	void rateThatCannotBeIsAnErrorThatSaysWhy(String text, String reason) {
		assertThatIllegalArgumentException().isThrownBy(() -> Rate.parse(text))
			.withMessage("'" + text + "' is not a rate: " + reason);
	}

	@Test
	void numbersBeyondLongAreTooLarge() {
		for (String text : new String[] { "9223372036854775808/s", "1000000000000000000000000000000/s",
				"99999999999.999999999/s", "0.01/PT922337203685477580S" }) {
			assertThatIllegalArgumentException().isThrownBy(() -> Rate.parse(text))
				.withMessage("'" + text + "' is not a rate: its numbers are too large" + USAGE);
		}
		assertThat(Rate.parse("9223372036854775807/s").quota()).isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void windowBeyondLongIsTooLong() {
		for (String text : new String[] { "1/9223372036854775808s", "1/99999999999999999999999d" }) {
			assertThatIllegalArgumentException().isThrownBy(() -> Rate.parse(text))
				.withMessage(
						"'" + text + "' is not a rate: its window must not be longer than ten years (3653d)" + USAGE);
		}
	}

	@Test
	void fractionOfMoreThanNineDigitsIsAnError() {
		assertThat(Rate.parse("0.000000001/ms").quota()).isEqualTo(1);
		assertThatIllegalArgumentException().isThrownBy(() -> Rate.parse("0.0000000001/ms"))
			.withMessage(
					"'0.0000000001/ms' is not a rate: its number has more than nine digits after the point" + USAGE);
	}

	@Test
	void nullIsAnError() {
		assertThatNullPointerException().isThrownBy(() -> Rate.parse(null)).withMessage("text must not be null");
	}

	@ParameterizedTest
	@CsvSource({ "2/s, 2/s", "0.5/s, 1/2s", "100/60s, 100/m", "100/90s, 100/90s", "1000/1h, 1000/h", "7/24h, 7/d",
			"7/36h, 7/36h", "7/500ms, 7/500ms", "5/1000ms, 5/s", "5/PT0.0005S, 5/PT0.0005S", "1/3653d, 1/3653d",
			"50/7d, 50/w", "50/14d, 50/2w", "50/10d, 50/10d", "9/month, 9/month", "0.5/month, 1/2month",
			"9/365d, 9/365d", "10/minute, 10/m", "0.5/hour, 1/2h", "7/2week, 7/2w" })
	void textIsTheShortestThatIsExact(String text, String shortest) {
		assertThat(Rate.parse(text)).hasToString(shortest);
	}

	@Test
	void textIsReadBackToAnEqualRate() {
		long[] quotas = { 1, 2, 999, 1_000_000_007, Long.MAX_VALUE };
		long[] windows = { 1, 999, 1_000, 1_001, 999_999, 1_000_000, 1_500_000, 60_000_000, 90_000_000, 3_600_000_000L,
				86_400_000_000L, 86_400_000_001L, 129_600_000_000L, 315_619_200_000_000L };
		for (long quota : quotas) {
			for (long window : windows) {
				Rate rate = new Rate(quota, Duration.of(window, ChronoUnit.MICROS));
				assertThat(Rate.parse(rate.toString())).isEqualTo(rate);
			}
		}
	}

}
