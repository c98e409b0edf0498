package io.github.ratelimit.benchmarks;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Admissions}.
 */
class AdmissionsTests {

	private static final long SECOND = 1_000_000_000;

	private final Admissions admissions = new Admissions();

	@Test
	void burstAndWhatCameBackIsNoExcess() {
		for (int i = 0; i < 5; i++) {
			this.admissions.add(0, 0);
		}
		this.admissions.add(SECOND, SECOND);
		this.admissions.add(2 * SECOND, 2 * SECOND);
		assertThat(this.admissions.worstExcess(5, 1)).isZero();
		assertThat(this.admissions.count()).isEqualTo(7);
	}

	@Test
	void oneTooManyIsFoundWhereverItIs() {
		this.admissions.add(0, 0);
		for (int i = 0; i < 6; i++) {
			this.admissions.add(10 * SECOND, 10 * SECOND);
		}
		this.admissions.add(30 * SECOND, 30 * SECOND);
		assertThat(this.admissions.worstExcess(5, 1)).isEqualTo(1);
	}

	@Test
	void callThatBeganBeforeTheWindowMayHaveBeenDecidedBeforeIt() {
		for (int i = 0; i < 5; i++) {
			this.admissions.add(10 * SECOND, 10 * SECOND);
		}
		this.admissions.add(4 * SECOND, 10 * SECOND);
		assertThat(this.admissions.worstExcess(5, 1)).isZero();
	}

}
