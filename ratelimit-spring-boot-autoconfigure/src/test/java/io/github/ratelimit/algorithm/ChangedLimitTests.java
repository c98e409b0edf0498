package io.github.ratelimit.algorithm;

import java.time.Duration;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.Rate;
import io.github.ratelimit.conformance.ExactModel;
import io.github.ratelimit.conformance.RandomCalls;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Changes a limit while something is counted under it.
 */
class ChangedLimitTests {

	private static final long SECOND = 1_000_000;

	// The first second of a minute, of an hour and of a day
	private static final long START = 1_700_006_400L * SECOND;

	private static final int CALLS = 20;

	@Property(tries = 3_000, edgeCases = EdgeCasesMode.NONE)
	void changeOfTheQuotaKeepsWhatWasUsed(@ForAll("calls") RandomCalls calls, @ForAll("factors") double factor) {
		Limit before = calls.limit();
		Limit after = withRate(before, factor, 1);
		CountedKey key = new CountedKey(before);
		long now = call(key, calls);
		long used = before.burst() - key.remaining(now);
		long remaining = key.change(after).remaining(now);
		switch (before.algorithm()) {
			// Part of a unit may be rounded away
			case TOKEN_BUCKET -> assertThat(before.burst() - remaining).isBetween(used, used + 1);
			case FIXED_WINDOW, SLIDING_WINDOW -> assertThat(remaining).isEqualTo(Math.max(after.burst() - used, 0));
			// A window before that used more than the new quota counts as one that used
			// that
			case SLIDING_WINDOW_COUNTER -> assertThat(remaining).isBetween(Math.max(after.burst() - used, 0),
					Math.max(after.burst() - used, before.burst() - used));
		}
		isNotHeldUpLongerThanIfAllWereUsed(key, now);
	}

	@Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
	void changeOfTheBurstKeepsWhatWasUsed(@ForAll("calls") RandomCalls calls, @ForAll("factors") double factor) {
		Limit before = Limit.of(calls.limit().rate()).withBurst(Math.min(calls.limit().burst(), 1_000));
		Limit after = before.withBurst(Math.max((long) (before.burst() * factor), 1));
		CountedKey key = new CountedKey(before);
		long now = call(key, new RandomCalls(before, calls.steps()));
		long used = before.burst() - key.remaining(now);
		assertThat(key.change(after).remaining(now)).isEqualTo(Math.max(after.burst() - used, 0));
		isNotHeldUpLongerThanIfAllWereUsed(key, now);
		assertThat(key.change(before).remaining(now)).isEqualTo(before.burst() - used);
	}

	/**
	 * Of what was used under the old limit counts at least what the new one would count
	 * had it held all the time, or what the old one did, whichever is less.
	 */
	@Property(tries = 4_000, edgeCases = EdgeCasesMode.NONE)
	void changeOfTheWindowGivesNothingAway(@ForAll("calls") RandomCalls calls, @ForAll("factors") double factor,
			@ForAll("factors") double length) {
		Limit before = calls.limit();
		Limit after = withRate(before, factor, length);
		CountedKey key = new CountedKey(before);
		long now = call(key, calls);
		long used = before.burst() - key.remaining(now);
		LimitState state = key.state();
		long remaining = key.change(after).remaining(now);
		long usedAfter = usedFromTheBeginning(after, calls, before);
		assertThat(remaining)
			.as("%s to %s, %s used, %s by the new one, state %s", before, after, used, usedAfter, state)
			.isBetween(0L, Math.max(after.burst() - Math.min(used, usedAfter), 0));
		isNotHeldUpLongerThanIfAllWereUsed(key, now);
		assertThat(key.change(before).remaining(now)).isEqualTo(before.burst() - used);
	}

	/**
	 * Charge what the old limit admitted to one that is large enough for all of it.
	 */
	private static long usedFromTheBeginning(Limit after, RandomCalls calls, Limit before) {
		if (after.algorithm() == Algorithm.TOKEN_BUCKET) {
			return Long.MAX_VALUE;
		}
		if (after.algorithm() == Algorithm.SLIDING_WINDOW_COUNTER) {
			// The part of other windows than its own can be told only about
			return 0;
		}
		long plenty = 1L << 40;
		ExactModel model = new ExactModel(
				new Limit("plenty", new Rate(plenty, after.rate().window()), plenty, after.algorithm(), null));
		ExactModel old = new ExactModel(before);
		long now = RandomCalls.START;
		for (RandomCalls.Step step : calls.steps()) {
			now = step.at(now, before);
			long cost = step.units(before);
			if (old.call(now, cost).allowed()) {
				model.call(now, cost);
			}
		}
		return plenty - model.call(now, 0).remaining();
	}

	private static void isNotHeldUpLongerThanIfAllWereUsed(CountedKey key, long time) {
		LimitState state = key.state();
		long now = (state != null) ? Math.max(time, state.atMicros()) : time;
		CountedKey allUsed = new CountedKey(key.algorithm().limit());
		allUsed.acquire(now, key.algorithm().limit().burst());
		LimitStatus status = key.ask(now, 1);
		LimitStatus worst = allUsed.ask(now, 1);
		assertThat(worst.refused()).isTrue();
		assertThat(status.retryAfter()).isNotNull().isLessThanOrEqualTo(worst.retryAfter());
		assertThat(status.resetAfter()).isLessThanOrEqualTo(worst.resetAfter());
	}

	private static long call(CountedKey key, RandomCalls calls) {
		long now = RandomCalls.START;
		for (RandomCalls.Step step : calls.steps()) {
			now = step.at(now, calls.limit());
			key.acquire(now, step.units(calls.limit()));
		}
		LimitState state = key.state();
		// What comes back after the last charge comes back at the rate that holds then
		return (state instanceof TokenBucketState) ? state.atMicros() : now;
	}

	private static Limit withRate(Limit limit, double quotaFactor, double windowFactor) {
		long quota = Math.max((long) (limit.rate().quota() * quotaFactor), 1);
		long window = Math.max((long) (limit.rate().windowMicros() * windowFactor), 1);
		Rate rate = new Rate(quota, Duration.of(window, ChronoUnit.MICROS));
		return new Limit(limit.name(), rate, (limit.algorithm() == Algorithm.TOKEN_BUCKET) ? limit.burst() : quota,
				limit.algorithm(), null);
	}

	@Provide
	Arbitrary<RandomCalls> calls() {
		return RandomCalls.ofSize(CALLS).map((calls) -> new RandomCalls(smaller(calls.limit()), calls.steps()));
	}

	/**
	 * So that what it is changed to can be counted as well.
	 */
	private static Limit smaller(Limit limit) {
		long quota = Math.min(limit.rate().quota(), 10_000);
		Duration window = Duration.of(Math.min(limit.rate().windowMicros(), 3_600 * SECOND), ChronoUnit.MICROS);
		return new Limit(limit.name(), new Rate(quota, window),
				(limit.algorithm() == Algorithm.TOKEN_BUCKET) ? Math.min(limit.burst(), 10_000) : quota,
				limit.algorithm(), null);
	}

	@Provide
	Arbitrary<Double> factors() {
		return Arbitraries.of(0.001, 0.1, 0.3, 0.5, 0.9, 1.0, 1.5, 2.0, 3.0, 7.0, 10.0);
	}

	@ParameterizedTest
	@EnumSource(Algorithm.class)
	void raisedLimitIsThereAtOnceAndLoweredOneToo(Algorithm algorithm) {
		CountedKey key = new CountedKey(perMinute(10, algorithm));
		assertThat(key.admits(START, 10)).isTrue();
		assertThat(key.admits(START, 1)).isFalse();
		key.change(perMinute(15, algorithm));
		assertThat(key.remaining(START)).isEqualTo(5);
		assertThat(key.admits(START, 6)).isFalse();
		assertThat(key.admits(START, 3)).isTrue();
		key.change(perMinute(12, algorithm));
		assertThat(key.remaining(START)).isZero();
		assertThat(key.admits(START, 1)).isFalse();
		key.change(perMinute(15, algorithm));
		assertThat(key.remaining(START)).isEqualTo(2);
	}

	private static Limit perMinute(long quota, Algorithm algorithm) {
		return Limit.of(quota, Duration.ofMinutes(1)).withAlgorithm(algorithm);
	}

	/**
	 * Two plans of one key: whoever changes from one to the other takes along what was
	 * used, and finds it again.
	 */
	@ParameterizedTest
	@EnumSource(Algorithm.class)
	void largerPlanIsNotFilledThroughASmallerOne(Algorithm algorithm) {
		Limit hourly = Limit.of(100, Duration.ofHours(1)).withAlgorithm(algorithm);
		Limit small = Limit.of(1, Duration.ofSeconds(1)).withAlgorithm(algorithm);
		CountedKey key = new CountedKey(hourly);
		assertThat(key.admits(START, 100)).isTrue();
		long admitted = 0;
		for (int second = 1; second < 30; second++) {
			long now = START + second * SECOND;
			admitted += (key.change(small).admits(now, 1)) ? 1 : 0;
			assertThat(key.change(hourly).admits(now, 1)).as("second %d", second).isFalse();
		}
		assertThat(admitted).isPositive();
	}

	@Test
	void dayOfTheCalendarTakesOverWhatWasUsedOfTheHour() {
		Limit hourly = perMinute(100, Algorithm.FIXED_WINDOW);
		Limit daily = Limit.of("80/d").perCalendar(ZoneId.of("UTC"));
		CountedKey key = new CountedKey(hourly);
		assertThat(key.admits(START, 70)).isTrue();
		assertThat(key.change(daily).remaining(START)).isEqualTo(10);
		assertThat(key.admits(START, 10)).isTrue();
		assertThat(key.change(hourly).remaining(START)).isEqualTo(20);
		assertThat(key.remaining(START + 60 * SECOND)).isEqualTo(100);
		assertThat(key.change(daily).remaining(START + 60 * SECOND)).isZero();
	}

	@Test
	void longerWindowOfALogKeepsToWhatIsStillKnown() {
		Limit second = Limit.of("5/s").withAlgorithm(Algorithm.SLIDING_WINDOW);
		Limit minute = Limit.of("20/m").withAlgorithm(Algorithm.SLIDING_WINDOW);
		CountedKey key = new CountedKey(second);
		for (int i = 0; i < 10; i++) {
			assertThat(key.admits(START + i * SECOND, 5)).isTrue();
		}
		assertThat(key.change(minute).remaining(START + 9 * SECOND)).isEqualTo(15);
		assertThat(key.admits(START + 9 * SECOND, 15)).isTrue();
		assertThat(key.change(second).admits(START + 10 * SECOND, 5)).isTrue();
		assertThat(key.change(minute).remaining(START + 69 * SECOND)).isEqualTo(15);
	}

	/**
	 * A counter of long windows that comes to a key finds what was charged just before
	 * the window began, though nobody counted in such windows then.
	 */
	@ParameterizedTest
	@EnumSource(names = { "SLIDING_WINDOW_COUNTER", "SLIDING_WINDOW", "TOKEN_BUCKET" }, value = Algorithm.class)
	void whatWasUsedJustBeforeANewWindowBeginsStillCounts(Algorithm algorithm) {
		CountedKey key = new CountedKey(perMinute(100, algorithm));
		assertThat(key.admits(START - SECOND, 100)).isTrue();
		Limit changed = Limit.of(100, Duration.ofSeconds(30)).withAlgorithm(algorithm);
		assertThat(key.change(changed).remaining(START + SECOND)).isLessThan(10);
	}

	@Test
	void windowBeforeANewOneIsTakenOverThoughSomethingWasChargedSince() {
		CountedKey key = new CountedKey(perMinute(100, Algorithm.SLIDING_WINDOW_COUNTER));
		assertThat(key.admits(START - SECOND, 100)).isTrue();
		assertThat(key.admits(START + SECOND, 1)).isTrue();
		Limit changed = Limit.of(100, Duration.ofSeconds(30)).withAlgorithm(Algorithm.SLIDING_WINDOW_COUNTER);
		assertThat(key.change(changed).remaining(START + 2 * SECOND)).isEqualTo(100 - 1 - 94);
		Limit shorter = Limit.of(100, Duration.ofSeconds(1)).withAlgorithm(Algorithm.SLIDING_WINDOW_COUNTER);
		assertThat(key.change(shorter).remaining(START + 2 * SECOND)).isEqualTo(99);
		assertThat(key.remaining(START + 3 * SECOND)).isEqualTo(100);
	}

}
