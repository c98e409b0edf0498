package io.github.ratelimit;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link CalendarUnit}.
 */
class CalendarUnitTests {

	@ParameterizedTest
	@CsvSource({ "5/m, MINUTE", "5/60s, MINUTE", "5/h, HOUR", "5/PT60M, HOUR", "5/d, DAY", "5/24h, DAY", "5/w, WEEK",
			"5/7d, WEEK", "5/month, MONTH" })
	void windowOfARateStandsForItsUnit(String rate, CalendarUnit unit) {
		assertThat(CalendarUnit.of(Rate.parse(rate).window())).isEqualTo(unit);
		assertThat(CalendarUnit.isWindow(Rate.parse(rate).window())).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "5/s", "5/2m", "5/90s", "0.5/d", "5/2w", "5/30d", "5/31d", "5/365d", "5/12month" })
	void otherWindowStandsForNone(String rate) {
		Duration window = Rate.parse(rate).window();
		assertThat(CalendarUnit.isWindow(window)).isFalse();
		assertThatIllegalArgumentException().isThrownBy(() -> CalendarUnit.of(window))
			.withMessage(window + " is no window of the calendar");
	}

	@Test
	void monthIsTheTwelfthPartOfAMeanYear() {
		assertThat(Rate.parse("1/month").window().multipliedBy(12)).isEqualTo(Duration.parse("P365DT5H49M12S"));
	}

}
