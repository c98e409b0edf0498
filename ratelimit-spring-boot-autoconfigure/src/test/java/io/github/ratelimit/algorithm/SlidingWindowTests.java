package io.github.ratelimit.algorithm;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.conformance.ExactModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SlidingWindow} with logs of many entries.
 */
class SlidingWindowTests {

	private static final long START = 1_700_000_000_123_457L;

	private static final long SECOND = 1_000_000;

	@ParameterizedTest
	@CsvSource({ "31/s", "32/s", "33/s", "65/s", "200/10s", "1000/m" })
	void longLogDecidesAsTheDefinitionDoes(String rate) {
		Limit limit = sliding(rate);
		Random random = new Random(limit.burst());
		long unit = limit.rate().windowMicros() / limit.burst();
		CountedKey key = new CountedKey(limit);
		ExactModel model = new ExactModel(limit);
		long now = START;
		for (int i = 0; i < 2_500; i++) {
			now += (random.nextInt(200) == 0) ? limit.rate().windowMicros() / 2 : random.nextLong(unit + 1);
			long cost = (random.nextInt(10) == 0) ? 1 + random.nextLong(limit.burst() / 8) : 1;
			model.call(now, cost).check(key.acquire(now, cost), i);
		}
	}

	@Test
	void anyEntryOfALongLogIsSettled() {
		Limit limit = sliding("200/100s");
		for (int settled = 0; settled < 100; settled += 3) {
			for (long real : new long[] { 0, 1, 2, 7 }) {
				CountedKey key = new CountedKey(limit);
				CountedKey direct = new CountedKey(limit);
				List<Charged> charges = new ArrayList<>();
				for (int i = 0; i < 90; i++) {
					charges.add(key.reserve(START + i * SECOND, 2));
					direct.acquire(START + i * SECOND, (i == settled) ? real : 2);
				}
				long now = START + 95 * SECOND;
				if (settled < 90) {
					key.settle(now, charges.get(settled), real);
				}
				for (int later = 95; later < 195; later += 7) {
					assertThat(key.remaining(START + later * SECOND))
						.isEqualTo(direct.remaining(START + later * SECOND));
					assertThat(key.ask(START + later * SECOND, 200).retryAfter())
						.isEqualTo(direct.ask(START + later * SECOND, 200).retryAfter());
				}
			}
		}
	}

	@Test
	void shorterWindowKeepsTheLogForTheLonger() {
		Limit longer = sliding("500/1000s");
		Limit shorter = sliding("5/s");
		CountedKey key = new CountedKey(longer);
		assertThat(key.admits(START, 100)).isTrue();
		key.change(shorter);
		for (int i = 1; i <= 90; i++) {
			assertThat(key.admits(START + i * SECOND, 2)).isTrue();
		}
		key.change(longer);
		assertThat(key.remaining(START + 90 * SECOND)).isEqualTo(500 - 100 - 180);
		assertThat(key.remaining(START + 1_000 * SECOND)).isEqualTo(500 - 180);
		assertThat(key.remaining(START + 1_045 * SECOND)).isEqualTo(500 - 90);
	}

	@Test
	void longerWindowThatNobodyAsksForAnyMoreIsForgotten() {
		Limit longer = sliding("50/100s");
		Limit shorter = sliding("5/s");
		CountedKey key = new CountedKey(longer);
		assertThat(key.admits(START, 50)).isTrue();
		key.change(shorter);
		assertThat(key.admits(START + 100 * SECOND, 5)).isTrue();
		assertThat(forgottenAt(key)).isEqualTo(START + 200 * SECOND);
		assertThat(key.admits(START + 101 * SECOND, 5)).isTrue();
		assertThat(forgottenAt(key)).isEqualTo(START + 102 * SECOND);
		assertThat(key.change(longer).remaining(START + 101 * SECOND)).isEqualTo(45);
	}

	/**
	 * An entry tells apart 524,287 units, more than any quota: what does not fit is the
	 * oldest.
	 */
	@Test
	void moreUnitsThanCanBeToldApartPushOutTheOldest() {
		Limit longer = sliding("500000/d");
		Limit shorter = sliding("200000/s");
		CountedKey key = new CountedKey(longer);
		assertThat(key.admits(START, 200_000)).isTrue();
		assertThat(key.admits(START + SECOND, 174_287)).isTrue();
		key.change(shorter);
		assertThat(key.admits(START + 3 * SECOND, 150_000)).isTrue();
		assertThat(key.change(longer).remaining(START + 3 * SECOND)).isZero();
		assertThat(key.change(shorter).admits(START + 4 * SECOND, 1)).isTrue();
		assertThat(key.change(longer).remaining(START + 4 * SECOND)).isEqualTo(500_000 - 174_287 - 150_000 - 1);
	}

	private static long forgottenAt(CountedKey key) {
		LimitState state = key.state();
		assertThat(state).isNotNull();
		return key.algorithm().forgottenAtMicros(state);
	}

	private static Limit sliding(String rate) {
		return Limit.of(rate).withAlgorithm(Algorithm.SLIDING_WINDOW);
	}

}
