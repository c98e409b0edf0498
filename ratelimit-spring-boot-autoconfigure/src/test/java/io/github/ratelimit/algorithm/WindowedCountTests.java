package io.github.ratelimit.algorithm;

import java.time.Duration;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FixedWindow} and {@link SlidingWindowCounter} at their edges.
 */
class WindowedCountTests {

	private static final long SECOND = 1_000_000;

	// The first second of a minute, of an hour and of a day
	private static final long START = 1_700_006_400L * SECOND;

	@ParameterizedTest
	@CsvSource({ "0, 40", "1, 40", "59999999, 40" })
	void windowBeforeIsSettledWhileItCounts(long chargedAfter, long real) {
		CountedKey key = new CountedKey(counter("100/m"));
		Charged charged = key.reserve(START + chargedAfter, 100);
		assertThat(key.admits(START + 90 * SECOND, 20)).isTrue();
		key.settle(START + 90 * SECOND, charged, real);
		assertThat(key.remaining(START + 90 * SECOND)).isEqualTo(100 - 20 - 20);
		assertThat(key.remaining(START + 105 * SECOND)).isEqualTo(100 - 20 - 10);
	}

	@ParameterizedTest
	@CsvSource({ "-1, 80", "0, 75", "59999999, 75" })
	void windowBeforeThatIsNotSettled(long chargedAfter, long remaining) {
		CountedKey key = new CountedKey(counter("100/m"));
		assertThat(key.admits(START, 10)).isTrue();
		assertThat(key.admits(START + 90 * SECOND, 15)).isTrue();
		key.settle(START + 90 * SECOND, new Charged(START + chargedAfter, 1, START), 11);
		assertThat(key.remaining(START + 90 * SECOND)).isEqualTo(remaining);
	}

	@Test
	void fixedWindowIsSettledFromItsFirstToItsLastMicrosecond() {
		CountedKey key = new CountedKey(Limit.of("100/m").withAlgorithm(Algorithm.FIXED_WINDOW));
		assertThat(key.admits(START, 10)).isTrue();
		key.settle(START, new Charged(START, 10, START), 5);
		assertThat(key.remaining(START)).isEqualTo(95);
		key.settle(START, new Charged(START - 1, 5, START), 0);
		key.settle(START, new Charged(START + 60 * SECOND, 5, START), 0);
		assertThat(key.remaining(START)).isEqualTo(95);
		key.settle(START, new Charged(START + 60 * SECOND - 1, 5, START), 0);
		assertThat(key.remaining(START)).isEqualTo(100);
		key.settle(START, new Charged(START, 5, START), 0);
		assertThat(key.remaining(START)).isEqualTo(100);
	}

	/**
	 * In ticks of a second waits are told in whole ones, and never too short.
	 */
	@Test
	void counterOfCoarserTicksIsNeverEarlyAndLateByLessThanATick() {
		Limit limit = Limit.of(1_000_000_000, Duration.ofDays(30)).withAlgorithm(Algorithm.SLIDING_WINDOW_COUNTER);
		SlidingWindowCounter counter = (SlidingWindowCounter) LimitAlgorithm.of(limit);
		assertThat(counter.tickMicros()).isEqualTo(SECOND);
		assertThat(counter.windows()).isEqualTo(new EpochWindows(30L * 86_400 * SECOND));
		long window = counter.windows().lengthMicros();
		long start = START - Math.floorMod(START, window);
		CountedKey key = new CountedKey(limit);
		assertThat(key.admits(start, 1_000_000_000)).isTrue();
		for (long now : new long[] { start + 1, start + window, start + window + 1, start + window + 777_777_777_777L,
				start + 2 * window - 1 }) {
			for (long cost : new long[] { 1, 500_000_000, 1_000_000_000 }) {
				LimitStatus status = key.ask(now, cost);
				if (status.refused()) {
					Duration wait = status.retryAfter();
					assertThat(wait).isNotNull();
					long at = now + CountedKey.micros(wait);
					assertThat(key.ask(at, cost).refused()).isFalse();
					assertThat(key.ask(at - SECOND, cost).refused()).isTrue();
				}
			}
		}
		assertThat(key.remaining(start + window + window / 2)).isEqualTo(500_000_000);
		assertThat(key.remaining(start + window + window / 2 - 1)).isEqualTo(500_000_000 - 386);
	}

	@Test
	void fourKindsOfWindowsAreKeptForAKey() {
		CountedKey key = new CountedKey(fixed(0));
		for (int i = 0; i < 5; i++) {
			assertThat(key.change(fixed(i)).admits(START, 10)).isTrue();
			assertThat(key.remaining(START)).isEqualTo(100 - 10 * (i + 1));
		}
		for (int i = 0; i < 5; i++) {
			assertThat(key.change(fixed(i)).remaining(START)).isEqualTo(50);
		}
	}

	private static Limit fixed(int number) {
		return Limit.of(100, Duration.ofMinutes(10 + 10L * number)).withAlgorithm(Algorithm.FIXED_WINDOW);
	}

	/**
	 * A window that ends where another begins has nothing in it that counts there.
	 */
	@Test
	void windowsThatOnlyTouchTakeOverNothing() {
		CountedKey key = new CountedKey(Limit.of("100/m").withAlgorithm(Algorithm.FIXED_WINDOW));
		assertThat(key.admits(START - 1, 60)).isTrue();
		Limit hour = Limit.of("100/h").withAlgorithm(Algorithm.FIXED_WINDOW);
		assertThat(key.change(hour).remaining(START)).isEqualTo(100);
		assertThat(key.change(hour).remaining(START - 1)).isEqualTo(40);

		CountedKey counted = new CountedKey(counter("100/s"));
		assertThat(counted.admits(START - 60 * SECOND - 1, 60)).isTrue();
		assertThat(counted.change(counter("100/m")).remaining(START)).isEqualTo(100);
		counted = new CountedKey(counter("100/s"));
		assertThat(counted.admits(START - 60 * SECOND, 60)).isTrue();
		assertThat(counted.change(counter("100/m")).remaining(START)).isEqualTo(40);
	}

	private static Limit counter(String rate) {
		return Limit.of(rate).withAlgorithm(Algorithm.SLIDING_WINDOW_COUNTER);
	}

}
