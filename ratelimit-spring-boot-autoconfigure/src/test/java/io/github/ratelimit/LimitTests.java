package io.github.ratelimit;

import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Tests for {@link Limit}.
 */
class LimitTests {

	private static final Rate RATE = Rate.parse("100/m");

	@Test
	void burstIsTheQuotaUnlessSaid() {
		assertThat(Limit.of(RATE)).isEqualTo(new Limit("default", RATE, 100));
		assertThat(Limit.of("100/m")).isEqualTo(Limit.of(RATE));
		assertThat(Limit.of("0.5/s").burst()).isEqualTo(1);
	}

	@Test
	void otherBurstAndNameLeaveTheRest() {
		assertThat(Limit.of(RATE).withBurst(7).withName("minute")).isEqualTo(new Limit("minute", RATE, 7));
	}

	@Test
	void burstBelowOneIsAnError() {
		assertThat(Limit.of(RATE).withBurst(1).burst()).isEqualTo(1);
		assertThat(Limit.of(RATE).withBurst(Long.MAX_VALUE).burst()).isEqualTo(Long.MAX_VALUE);
		assertThatIllegalArgumentException().isThrownBy(() -> Limit.of(RATE).withBurst(0))
			.withMessage("A burst must be at least 1 unit, not 0");
		assertThatIllegalArgumentException().isThrownBy(() -> Limit.of(RATE).withBurst(-5))
			.withMessage("A burst must be at least 1 unit, not -5");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a", "A", "7", "ai", "per-day", "per_day", "per.day", "0.",
			"x234567890123456789012345678901234567890123456789012345678901234" })
	void nameMayHaveLettersDigitsAndSomeSigns(String name) {
		assertThat(Limit.isName(name)).isTrue();
		assertThat(Limit.of(RATE).withName(name).name()).isEqualTo(name);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "-a", ".a", "_a", "a b", "a:b", "a@b", "a{b}", "a\"b", "a\n", "\u00fc",
			"x2345678901234567890123456789012345678901234567890123456789012345" })
	void otherNameIsAnError(String name) {
		assertThat(Limit.isName(name)).isFalse();
		assertThatIllegalArgumentException().isThrownBy(() -> Limit.of(RATE).withName(name))
			.withMessage(
					"A limit's name is 1 to 64 letters, digits, '.', '_' and '-', beginning with a letter or digit, "
							+ "not '" + name + "'");
	}

	@Test
	void quotaAndWindowMakeATokenBucketUnlessSaid() {
		assertThat(Limit.of(60, Duration.ofMinutes(1))).isEqualTo(Limit.of("60/m"));
		assertThat(Limit.of("60/m").algorithm()).isEqualTo(Algorithm.TOKEN_BUCKET);
		assertThat(Limit.of("60/m").zone()).isNull();
		assertThatIllegalArgumentException().isThrownBy(() -> Limit.of(0, Duration.ofMinutes(1)))
			.withMessage("A rate must allow at least 1 unit per window, not 0");
	}

	@ParameterizedTest
	@EnumSource(Algorithm.class)
	void otherAlgorithmLeavesTheRest(Algorithm algorithm) {
		assertThat(Limit.of(RATE).withName("minute").withAlgorithm(algorithm))
			.isEqualTo(new Limit("minute", RATE, 100, algorithm, null));
	}

	@ParameterizedTest
	@EnumSource(value = Algorithm.class, mode = EnumSource.Mode.EXCLUDE, names = "TOKEN_BUCKET")
	void onlyATokenBucketHasABurstOfItsOwn(Algorithm algorithm) {
		Limit bucket = Limit.of(RATE).withBurst(7);
		assertThatIllegalArgumentException().isThrownBy(() -> bucket.withAlgorithm(algorithm))
			.withMessage("Only a token bucket has a burst other than the quota of its rate, which is 100, not 7");
		Limit window = Limit.of(RATE).withAlgorithm(algorithm);
		assertThatIllegalArgumentException().isThrownBy(() -> window.withBurst(101))
			.withMessage("Only a token bucket has a burst other than the quota of its rate, which is 100, not 101");
		assertThat(window.withBurst(100)).isEqualTo(window);
	}

	@ParameterizedTest
	@ValueSource(strings = { "100/m", "100/h", "100/24h", "100/d", "100/7d", "100/w", "100/month" })
	void windowOfTheCalendarIsAFixedWindow(String rate) {
		ZoneId zone = ZoneId.of("Europe/Berlin");
		Limit limit = Limit.of(rate).perCalendar(zone);
		assertThat(limit).isEqualTo(new Limit("default", Rate.parse(rate), 100, Algorithm.FIXED_WINDOW, zone));
		assertThat(limit.withName("quota").zone()).isEqualTo(zone);
		assertThat(limit.perCalendar(ZoneOffset.UTC).zone()).isEqualTo(ZoneOffset.UTC);
	}

	@ParameterizedTest
	@ValueSource(strings = { "100/s", "100/2d", "100/90s", "0.5/d", "100/2month" })
	void otherWindowsHaveNoCalendar(String rate) {
		assertThatIllegalArgumentException().isThrownBy(() -> Limit.of(rate).perCalendar(ZoneOffset.UTC))
			.withMessage("A window of the calendar is one minute, hour, day, week or month, not " + Rate.parse(rate));
	}

	@ParameterizedTest
	@EnumSource(value = Algorithm.class, mode = EnumSource.Mode.EXCLUDE, names = "FIXED_WINDOW")
	void onlyAFixedWindowHasATimeZone(Algorithm algorithm) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new Limit("day", Rate.parse("100/d"), 100, algorithm, ZoneOffset.UTC))
			.withMessage("Only a fixed window has a time zone");
		Limit perDay = Limit.of("100/d").perCalendar(ZoneOffset.UTC);
		assertThatIllegalArgumentException().isThrownBy(() -> perDay.withAlgorithm(algorithm))
			.withMessage("Only a fixed window has a time zone");
	}

	@Test
	void slidingWindowDoesNotBecomeOneOfTheCalendarByAccident() {
		Limit sliding = Limit.of("100/d").withAlgorithm(Algorithm.SLIDING_WINDOW);
		assertThatIllegalArgumentException().isThrownBy(() -> sliding.perCalendar(ZoneOffset.UTC))
			.withMessage("Only a fixed window has a time zone");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Limit.of("100/d").withBurst(7).perCalendar(ZoneOffset.UTC))
			.withMessage("Only a token bucket has a burst other than the quota of its rate, which is 100, not 7");
	}

	@Test
	void fixedWindowOfAMonthNeedsATimeZone() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Limit.of("1000/month").withAlgorithm(Algorithm.FIXED_WINDOW))
			.withMessage("A fixed window of a month needs a time zone, such as UTC");
		assertThat(Limit.of("1000/month").withAlgorithm(Algorithm.SLIDING_WINDOW_COUNTER).zone()).isNull();
	}

	@Test
	void nullIsAnError() {
		assertThatNullPointerException().isThrownBy(() -> new Limit(null, RATE, 1))
			.withMessage("name must not be null");
		assertThatNullPointerException().isThrownBy(() -> new Limit("a", null, 1)).withMessage("rate must not be null");
		assertThatNullPointerException().isThrownBy(() -> new Limit("a", RATE, 1, null, null))
			.withMessage("algorithm must not be null");
	}

}
