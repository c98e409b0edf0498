package io.github.ratelimit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
	void nullIsAnError() {
		assertThatNullPointerException().isThrownBy(() -> new Limit(null, RATE, 1))
			.withMessage("name must not be null");
		assertThatNullPointerException().isThrownBy(() -> new Limit("a", null, 1)).withMessage("rate must not be null");
	}

}
