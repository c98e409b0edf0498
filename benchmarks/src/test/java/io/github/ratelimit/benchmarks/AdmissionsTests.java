package io.github.ratelimit.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
		assertThat(this.admissions.worstExcess(5, 1)).isCloseTo(0, within(1e-6));
		assertThat(this.admissions.count()).isEqualTo(7);
	}

	@Test
	void oneTooManyIsFoundWhereverItIs() {
		this.admissions.add(0, 0);
		for (int i = 0; i < 6; i++) {
			this.admissions.add(10 * SECOND, 10 * SECOND);
		}
		this.admissions.add(30 * SECOND, 30 * SECOND);
		assertThat(this.admissions.worstExcess(5, 1)).isCloseTo(1, within(1e-6));
	}

	@Test
	void callThatBeganBeforeTheWindowMayHaveBeenDecidedBeforeIt() {
		for (int i = 0; i < 5; i++) {
			this.admissions.add(10 * SECOND, 10 * SECOND);
		}
		this.admissions.add(4 * SECOND, 10 * SECOND);
		assertThat(this.admissions.worstExcess(5, 1)).isCloseTo(0, within(1e-6));
	}

	@Test
	void worstWindowIsFoundAmongAllOfThem() {
		Random random = new Random(1);
		for (int run = 0; run < 200; run++) {
			Admissions some = new Admissions();
			List<long[]> calls = new ArrayList<>();
			for (int i = 0; i < 40; i++) {
				long start = random.nextLong(20) * SECOND / 4;
				long end = start + random.nextLong(3) * SECOND / 4;
				calls.add(new long[] { start, end });
				some.add(start, end);
			}
			assertThat(some.worstExcess(5, 2)).isCloseTo(worst(calls), within(1e-6));
		}
	}

	private static double worst(List<long[]> calls) {
		double worst = Double.NEGATIVE_INFINITY;
		for (long[] first : calls) {
			for (long[] last : calls) {
				if (last[1] >= first[0]) {
					long inside = calls.stream().filter((call) -> call[0] >= first[0] && call[1] <= last[1]).count();
					worst = Math.max(worst, inside - 5 - 2.0 * (last[1] - first[0]) / SECOND);
				}
			}
		}
		return worst;
	}

}
