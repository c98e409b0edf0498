package io.github.ratelimit.algorithm;

import java.math.BigInteger;
import java.time.Duration;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Lets a day go by for callers who come back exactly when they are told to.
 */
class SimulatedDayTests {

	private static final long START = 1_700_000_000_123_457L;

	private static final long DAY = 86_400_000_000L;

	@ParameterizedTest
	@CsvSource({ "7/s, 7, 1", "3/m, 3, 1", "3/m, 10, 1", "11/13s, 11, 1", "1/d, 1, 1", "1/d, 5, 1", "0.5/s, 1, 1",
			"0.5/s, 3, 1", "100000/s, 100000, 77777", "100000/s, 1000, 999", "10000000/d, 10000000, 97",
			"10000000/d, 100, 100", "999983/h, 999983, 331" })
	void bucketAdmitsTheBurstAndTheRateToTheUnit(String rate, long burst, long cost) {
		Limit limit = Limit.of(rate).withBurst(burst);
		CountedKey key = new CountedKey(limit);
		assertThat(key.admits(START, burst)).isTrue();
		long admitted = burst;
		long now = START;
		while (now < START + DAY) {
			LimitStatus status = key.acquire(now, cost);
			if (status.refused()) {
				Duration wait = status.retryAfter();
				assertThat(wait).isNotNull().isPositive();
				now += CountedKey.micros(wait);
			}
			else {
				admitted += cost;
				assertThat(admitted).isLessThanOrEqualTo(burst + units(limit, now - START));
			}
		}
		long rest = key.remaining(START + DAY);
		assertThat(admitted + rest).isEqualTo(burst + units(limit, DAY));
	}

	@ParameterizedTest
	@CsvSource({ "7/s, FIXED_WINDOW", "11/12s, FIXED_WINDOW", "1/d, FIXED_WINDOW", "100000/s, FIXED_WINDOW",
			"7/s, SLIDING_WINDOW", "11/12s, SLIDING_WINDOW", "1/d, SLIDING_WINDOW", "100000/s, SLIDING_WINDOW" })
	void windowsAdmitTheQuotaInEach(String rate, Algorithm algorithm) {
		Limit limit = Limit.of(rate).withAlgorithm(algorithm);
		long quota = limit.burst();
		long start = START - Math.floorMod(START, DAY);
		CountedKey key = new CountedKey(limit);
		long admitted = 0;
		long now = start;
		while (now < start + DAY) {
			LimitStatus status = key.acquire(now, quota);
			Duration wait = (status.refused()) ? status.retryAfter() : Duration.ZERO;
			assertThat(wait).isNotNull();
			now += CountedKey.micros(wait);
			admitted += (status.refused()) ? 0 : quota;
		}
		assertThat(admitted).isEqualTo(DAY / limit.rate().windowMicros() * quota);
	}

	private static long units(Limit limit, long micros) {
		return BigInteger.valueOf(micros)
			.multiply(BigInteger.valueOf(limit.rate().quota()))
			.divide(BigInteger.valueOf(limit.rate().windowMicros()))
			.longValueExact();
	}

}
