package io.github.ratelimit;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Tests for {@link Rate}.
 */
class RateTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	@Test
	void quotaBelowOneIsAnError() {
		assertThat(new Rate(1, SECOND).quota()).isEqualTo(1);
		assertThatIllegalArgumentException().isThrownBy(() -> new Rate(0, SECOND))
			.withMessage("A rate must allow at least 1 unit per window, not 0");
		assertThatIllegalArgumentException().isThrownBy(() -> new Rate(Long.MIN_VALUE, SECOND))
			.withMessage("A rate must allow at least 1 unit per window, not -9223372036854775808");
	}

	@Test
	void windowThatIsNotPositiveIsAnError() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Rate(1, Duration.ZERO))
			.withMessage("The window of a rate must be longer than zero, not PT0S");
		assertThatIllegalArgumentException().isThrownBy(() -> new Rate(1, SECOND.negated()))
			.withMessage("The window of a rate must be longer than zero, not PT-1S");
		assertThatNullPointerException().isThrownBy(() -> new Rate(1, null)).withMessage("window must not be null");
	}

	@Test
	void windowIsWholeMicroseconds() {
		assertThat(new Rate(1, Duration.ofNanos(1_000)).windowMicros()).isEqualTo(1);
		assertThatIllegalArgumentException().isThrownBy(() -> new Rate(1, Duration.ofNanos(1_001)))
			.withMessage("The window of a rate must be whole microseconds, not PT0.000001001S");
	}

	@Test
	void windowIsAtMostTenYears() {
		assertThat(new Rate(1, Duration.ofDays(3653)).windowMicros()).isEqualTo(315_619_200_000_000L);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new Rate(1, Duration.ofDays(3653).plus(Duration.ofNanos(1_000))))
			.withMessage("The window of a rate must not be longer than ten years (3653d), but is PT87672H0.000001S");
		assertThatIllegalArgumentException().isThrownBy(() -> new Rate(1, Duration.ofSeconds(Long.MAX_VALUE)))
			.withMessageStartingWith("The window of a rate must not be longer than ten years (3653d), but is ");
	}

}
