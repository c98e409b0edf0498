package io.github.ratelimit.algorithm;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.Rate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for every {@link LimitAlgorithm} at the ends of numbers and of time.
 */
class SaturationTests {

	private static final Duration MICRO = Duration.of(1, ChronoUnit.MICROS);

	static List<Limit> limits() {
		Limit most = Limit.of(1L << 52, MICRO);
		return List.of(Limit.of("5/s"), Limit.of("1/3653d").withBurst(14_000_000),
				Limit.of(1, MICRO).withBurst(1L << 52), Limit.of("5/s").withAlgorithm(Algorithm.FIXED_WINDOW),
				most.withAlgorithm(Algorithm.FIXED_WINDOW),
				Limit.of(1L << 52, Rate.MAX_WINDOW).withAlgorithm(Algorithm.FIXED_WINDOW),
				Limit.of(1L << 52, Duration.ofDays(1)).perCalendar(ZoneId.of("Europe/Berlin")),
				Limit.of("500000/400d").withAlgorithm(Algorithm.SLIDING_WINDOW),
				Limit.of("5/s").withAlgorithm(Algorithm.SLIDING_WINDOW),
				most.withAlgorithm(Algorithm.SLIDING_WINDOW_COUNTER),
				Limit.of("14000000/3653d").withAlgorithm(Algorithm.SLIDING_WINDOW_COUNTER));
	}

	@ParameterizedTest
	@MethodSource("limits")
	void largestCostsAreRefusedForGoodAndChargeNothing(Limit limit) {
		CountedKey key = new CountedKey(limit);
		for (long now : new long[] { 0, 1, 1L << 51, 1L << 53 }) {
			for (long cost : new long[] { limit.burst() + 1, Long.MAX_VALUE - 1, Long.MAX_VALUE }) {
				LimitStatus status = key.acquire(now, cost);
				assertThat(status).isEqualTo(new LimitStatus(limit, true, limit.burst(), null, Duration.ZERO));
			}
		}
		assertThat(key.state()).isNull();
		assertThat(key.admits(1L << 53, limit.burst())).isTrue();
		for (long cost : new long[] { limit.burst() + 1, Long.MAX_VALUE - 1, Long.MAX_VALUE }) {
			LimitStatus status = key.acquire(1L << 53, cost);
			assertThat(status.refused()).isTrue();
			assertThat(status.retryAfter()).isNull();
			assertThat(status.remaining()).isZero();
		}
	}

	@ParameterizedTest
	@MethodSource("limits")
	void allTimesFromTheEpochToTheFarFutureCount(Limit limit) {
		CountedKey key = new CountedKey(limit);
		for (long now : new long[] { 0, 1L << 53, 1L << 60, 1L << 61, 1L << 62 }) {
			LimitState state = key.state();
			long at = (state != null) ? Math.max(now, key.algorithm().forgottenAtMicros(state)) : now;
			if (at > 1L << 62) {
				continue;
			}
			assertThat(key.admits(at, limit.burst())).as("at %d", at).isTrue();
			assertThat(key.admits(at, 1)).as("at %d", at).isFalse();
			assertThat(key.remaining(at)).as("at %d", at).isZero();
			assertThat(key.admits(0, 1)).as("long before %d", at).isFalse();
		}
	}

	@ParameterizedTest
	@MethodSource("limits")
	void largestDebtIsKept(Limit limit) {
		long now = 1_700_000_000_000_000L;
		CountedKey key = new CountedKey(limit);
		Charged charged = key.reserve(now, 1);
		key.settle(now, charged, Long.MAX_VALUE);
		assertThat(key.remaining(now)).isZero();
		assertThat(key.admits(now, 1)).isFalse();
		Duration wait = key.ask(now, 1).retryAfter();
		assertThat(wait).isNotNull().isPositive();
		assertThat(key.ask(now, 1).resetAfter()).isGreaterThanOrEqualTo(wait);
	}

	@Test
	void timesThatAreNoMicrosecondsOfALongAreTheNearest() {
		assertThat(EpochMicros.of(Instant.EPOCH)).isZero();
		assertThat(EpochMicros.of(Instant.EPOCH.minusNanos(1))).isEqualTo(-1);
		assertThat(EpochMicros.of(Instant.parse("1969-12-31T23:59:58.5Z"))).isEqualTo(-1_500_000);
		assertThat(EpochMicros.of(Instant.parse("2023-11-14T22:13:20.123457Z"))).isEqualTo(1_700_000_000_123_457L);
		assertThat(EpochMicros.of(Instant.parse("9999-01-01T00:00:00Z"))).isEqualTo(253_370_764_800_000_000L);
		assertThat(EpochMicros.of(Instant.MAX)).isEqualTo(Long.MAX_VALUE);
		assertThat(EpochMicros.of(Instant.MIN)).isEqualTo(Long.MIN_VALUE);
		assertThat(EpochMicros.of(Instant.ofEpochSecond(Long.MAX_VALUE / 1_000_000 - 1)))
			.isEqualTo(Long.MAX_VALUE - Long.MAX_VALUE % 1_000_000 - 1_000_000);
		assertThat(EpochMicros.of(Instant.ofEpochSecond(Long.MIN_VALUE / 1_000_000)))
			.isEqualTo(Long.MIN_VALUE / 1_000_000 * 1_000_000);
	}

	@Test
	void chargeThatIsFullInThousandsOfYearsIsTold() {
		Instant at = Instant.ofEpochSecond(1_700_000_000);
		assertThat(Charged.of(at, 3, Duration.ofDays(3653L * 14_000_000)))
			.isEqualTo(new Charged(1_700_000_000_000_000L, 3, Long.MAX_VALUE));
		assertThat(Charged.of(at, 3, Duration.ofSeconds(2)))
			.isEqualTo(new Charged(1_700_000_000_000_000L, 3, 1_700_000_002_000_000L));
	}

	@ParameterizedTest
	@MethodSource("uncountable")
	void limitThatCannotBeCountedExactlySaysWhy(Limit limit, String reason) {
		assertThatIllegalArgumentException().isThrownBy(() -> LimitAlgorithm.of(limit)).withMessageContaining(reason);
	}

	static List<Arguments> uncountable() {
		return List.of(Arguments.of(Limit.of("1/d").withBurst(Long.MAX_VALUE), "with a burst of 9223372036854775807"),
				Arguments.of(Limit.of(1L << 52, MICRO).withBurst(1), "cannot be counted exactly"),
				Arguments.of(Limit.of(Long.MAX_VALUE, MICRO), "cannot be counted exactly: choose a smaller burst"),
				Arguments.of(Limit.of(Long.MAX_VALUE, Duration.ofDays(1)).withBurst(1), "cannot be counted exactly"),
				Arguments.of(Limit.of("1/3653d").withBurst(15_000_000), "a window that the quota divides better"),
				Arguments.of(Limit.of((1L << 52) + 1, MICRO).withAlgorithm(Algorithm.FIXED_WINDOW),
						"A quota of 4503599627370497 cannot be counted exactly: it must be at most 4503599627370496"),
				Arguments.of(Limit.of("500001/s").withAlgorithm(Algorithm.SLIDING_WINDOW),
						"A sliding window of 500001/s cannot be kept: it has at most 500000 units and 400 days"),
				Arguments.of(Limit.of("1/401d").withAlgorithm(Algorithm.SLIDING_WINDOW), "at most 500000 units"),
				Arguments.of(Limit.of("15000000/3653d").withAlgorithm(Algorithm.SLIDING_WINDOW_COUNTER),
						"choose a smaller quota, or a shorter window of whole seconds"),
				Arguments.of(Limit.of(100_000, Duration.ofDays(1).minusNanos(1000))
					.withAlgorithm(Algorithm.SLIDING_WINDOW_COUNTER), "cannot be counted exactly"));
	}

}
