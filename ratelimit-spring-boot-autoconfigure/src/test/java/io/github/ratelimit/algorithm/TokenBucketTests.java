package io.github.ratelimit.algorithm;

import java.math.BigInteger;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Random;

import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.Rate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TokenBucket}.
 */
class TokenBucketTests {

	private static final long START = 1_700_000_000_123_457L;

	private static final long SECOND = 1_000_000;

	private static final long DAY = 86_400 * SECOND;

	private static final int MAX_STEPS = 1_500_000;

	/**
	 * A caller that never leaves the bucket full loses nothing, so that what it gets is
	 * known to the unit, at any time.
	 */
	@ParameterizedTest
	@CsvSource({ "7/s, 7, 1", "7/s, 2, 1", "3/m, 3, 1", "11/13s, 11, 1", "0.5/s, 2, 1", "1/d, 3, 100", "2/s, 5, 1",
			"100000/s, 100000, 1", "10000000/d, 10000000, 30", "13/3653d, 13, 70000", "1000000/s, 1000000, 1",
			"999999/d, 1000, 1", "7/500ms, 20, 1" })
	void greedyCallerGetsTheBurstAndTheRateToTheUnit(String rate, long burst, int days) {
		Limit limit = Limit.of(rate).withBurst(burst);
		TokenBucket bucket = TokenBucket.of(limit);
		assertThat(bucket.scale().tickMicros()).isEqualTo(1);
		Caller caller = new Caller(bucket.limit());
		Random random = new Random(7);
		long longest = (burst - 1) * limit.rate().windowMicros() / limit.rate().quota();
		long admitted = caller.takeAll(START);
		assertThat(admitted).isEqualTo(burst);
		long now = START;
		for (int step = 0; step < MAX_STEPS && now < START + days * DAY; step++) {
			now += random.nextLong(longest) + 1;
			admitted += caller.takeAll(now);
			assertThat(admitted).as("after %d us", now - START).isEqualTo(burst + units(limit.rate(), now - START));
		}
		assertThat(admitted).isGreaterThan(10 * burst);
	}

	/**
	 * With a coarser tick, units come back at the tick's end: never early, and late by
	 * less than a tick.
	 */
	@ParameterizedTest
	@CsvSource({ "1/d, 1000000, 100", "1/3653d, 1000, 100", "999/3653d, 5000, 100", "1/3653d, 14000000, 1000000",
			"7/d, 40000000, 1000" })
	void coarserTickIsNeverEarlyAndLateByLessThanATick(String rate, long burst, long tickMicros) {
		Limit limit = Limit.of(rate).withBurst(burst);
		TokenBucket bucket = TokenBucket.of(limit);
		assertThat(bucket.scale().tickMicros()).isEqualTo(tickMicros);
		Caller caller = new Caller(bucket.limit());
		Random random = new Random(13);
		long longest = 3 * limit.rate().windowMicros() / limit.rate().quota();
		long admitted = caller.takeAll(START);
		long now = START;
		for (int step = 0; step < 2_000; step++) {
			now += random.nextLong(longest) + 1;
			admitted += caller.takeAll(now);
			assertThat(admitted).as("after %d us", now - START)
				.isBetween(burst + units(limit.rate(), now - START - tickMicros + 1),
						burst + units(limit.rate(), now - START));
		}
		long onTick = now - Math.floorMod(now - START, tickMicros) + tickMicros;
		admitted += caller.takeAll(onTick);
		assertThat(admitted).isEqualTo(burst + units(limit.rate(), onTick - START));
	}

	@ParameterizedTest
	@MethodSource("allLimits")
	void waitIsTheLeastAfterWhichTheSameCallPasses(Limit limit) {
		TokenBucket bucket = TokenBucket.of(limit);
		Random random = new Random(17);
		for (int i = 0; i < 300; i++) {
			long now = START - Math.floorMod(START, bucket.scale().tickMicros());
			long spent = 1 + random.nextLong(bucket.capacity());
			TokenBucketState state = state(now, spent, bucket);
			LimitStatus full = bucket.reading(spent, limit.burst()).status(false);
			assertThat(full.refused()).isTrue();
			long wait = CountedKey.micros(Objects.requireNonNull(full.retryAfter()));
			assertThat(bucket.reading(bucket.spentAt(state, now + wait), limit.burst()).status(false).refused())
				.isFalse();
			assertThat(bucket.reading(bucket.spentAt(state, now + wait - 1), limit.burst()).status(false).refused())
				.isTrue();
			assertThat(full.resetAfter()).isEqualTo(full.retryAfter());
		}
	}

	@ParameterizedTest
	@MethodSource("allLimits")
	void stateIsForgottenExactlyWhenNothingIsMissing(Limit limit) {
		TokenBucket bucket = TokenBucket.of(limit);
		Random random = new Random(19);
		for (int i = 0; i < 300; i++) {
			TokenBucketState state = state(START + random.nextLong(10 * SECOND), 1 + random.nextLong(bucket.capacity()),
					bucket);
			long forgotten = bucket.forgottenAtMicros(state);
			assertThat(bucket.spentAt(state, forgotten)).isZero();
			assertThat(bucket.spentAt(state, forgotten - 1)).isPositive();
		}
	}

	@Test
	void stateOfABiggerBucketIsKeptUntilThatIsFull() {
		TokenBucketState state = TokenBucket.of(Limit.of("1/s").withBurst(100)).charge(null, START, 100);
		TokenBucket smaller = TokenBucket.of(Limit.of("1/s").withBurst(10));
		assertThat(smaller.spentAt(state, START + 10 * SECOND)).isZero();
		assertThat(smaller.spentAt(state, START + 10 * SECOND - 1)).isPositive();
		assertThat(smaller.forgottenAtMicros(state)).isEqualTo(START + 100 * SECOND);
	}

	@Test
	void biggerBucketIsNotFilledThroughASmallerOneOfTheSameKey() {
		TokenBucket daily = TokenBucket.of(Limit.of("100/d"));
		TokenBucket small = TokenBucket.of(Limit.of("1/s").withBurst(1));
		TokenBucketState state = daily.charge(null, START, 100);
		for (int second = 1; second <= 50; second++) {
			long now = START + second * SECOND;
			assertThat(small.read(state, now, 1).fits()).as("second %d", second).isTrue();
			state = small.charge(state, now, 1);
			assertThat(daily.read(state, now, 1).fits()).as("second %d", second).isFalse();
		}
	}

	static List<Limit> allLimits() {
		return List.of(Limit.of("7/s"), Limit.of("3/m"), Limit.of("11/13s"), Limit.of("1/d"), Limit.of("0.5/s"),
				Limit.of("100000/s"), Limit.of("123456789/s"), Limit.of("1/3653d"),
				Limit.of("1/d").withBurst(1_000_000), Limit.of("999/3653d").withBurst(5_000),
				Limit.of("1/3653d").withBurst(20_000),
				new Limit("micro", new Rate(3, Duration.of(2, ChronoUnit.MICROS)), 1_000_000));
	}

	@Test
	void numbersAreBelowTwoToThe53rdOverTwo() {
		for (Limit limit : allLimits()) {
			TokenBucket bucket = TokenBucket.of(limit);
			assertThat(bucket.capacity()).isBetween(1L, 1L << 52);
			assertThat(bucket.scale().partsPerTick()).isBetween(1L, 1L << 52);
			assertThat(bucket.scale().partsPerUnit()).isBetween(1L, 1L << 52);
			assertThat(bucket.parts(Long.MAX_VALUE)).isEqualTo(bucket.capacity() + 1);
			assertThat(bucket.limit()).isSameAs(limit);
		}
	}

	@Test
	void clockThatGoesBackNeitherGrantsNorTakes() {
		TokenBucket bucket = TokenBucket.of(Limit.of("1/s").withBurst(5));
		TokenBucketState state = bucket.charge(null, START, 5);
		assertThat(bucket.spentAt(state, START - DAY)).isEqualTo(bucket.capacity());
		assertThat(bucket.read(state, START - DAY, 1).fits()).isFalse();

		TokenBucketState later = bucket.charge(state, START + 2 * SECOND, 1);
		TokenBucketState back = bucket.charge(later, START, 1);
		assertThat(back).isEqualTo(new TokenBucketState(START + 2 * SECOND, 5 * bucket.scale().partsPerUnit(),
				bucket.scale().partsPerUnit(), START, 0, bucket.capacity()));
		assertThat(bucket.read(back, START + 2 * SECOND, 1).fits()).isFalse();
		assertThat(bucket.read(back, START + 3 * SECOND, 1).fits()).isTrue();
	}

	@Test
	void loweredBurstIsRefilledWhateverWasUsedUpBefore() {
		TokenBucket large = TokenBucket.of(Limit.of("1/s").withBurst(100));
		TokenBucket small = TokenBucket.of(Limit.of("1/s").withBurst(10));
		TokenBucketState state = large.charge(null, START, 100);
		int admitted = 0;
		for (long second = 5; second <= 80; second += 5) {
			for (int i = 0; i < 5; i++) {
				if (small.read(state, START + second * SECOND, 1).fits()) {
					state = small.charge(state, START + second * SECOND, 1);
					admitted++;
				}
			}
		}
		assertThat(admitted).isEqualTo(80);
		// In the larger bucket all of it is still missing
		assertThat(large.read(state, START + 80 * SECOND, 1).fits()).isFalse();
		assertThat(large.spentAt(state, START + 80 * SECOND)).isEqualTo(large.capacity());
	}

	@Test
	void waitsOfTheSlowestLimitDoNotOverflow() {
		TokenBucket bucket = TokenBucket.of(Limit.of("1/3653d").withBurst(14_000_000));
		assertThat(bucket.reading(bucket.capacity(), 14_000_000).status(false).retryAfter())
			.isEqualTo(Duration.ofDays(3653L * 14_000_000));
		assertThat(bucket.reading(bucket.capacity(), 0).status(false).resetAfter())
			.isEqualTo(Duration.ofDays(3653L * 14_000_000));
		TokenBucketState state = bucket.charge(null, START, 14_000_000);
		assertThat(bucket.forgottenAtMicros(state)).isEqualTo(Long.MAX_VALUE);
		assertThat(bucket.spentAt(state, Long.MAX_VALUE)).isPositive();
	}

	@Test
	void changeOfTheRateKeepsWhatIsMissingRoundedUp() {
		TokenBucket old = TokenBucket.of(Limit.of("3/s").withBurst(10));
		for (String rate : List.of("7/s", "11/13s", "1/d", "1/3653d", "1000000/s", "10/s")) {
			TokenBucket changed = TokenBucket.of(Limit.of(rate).withBurst(10));
			for (long spent = 0; spent <= old.capacity(); spent += 99_991) {
				TokenBucketState state = state(START, spent, old);
				BigInteger exact = BigInteger.valueOf(spent)
					.multiply(BigInteger.valueOf(changed.scale().partsPerUnit()));
				BigInteger read = BigInteger.valueOf(changed.spentAt(state, START))
					.multiply(BigInteger.valueOf(old.scale().partsPerUnit()));
				assertThat(read.subtract(exact)).as("%s, %d parts", rate, spent)
					.isBetween(BigInteger.ZERO, BigInteger.valueOf(old.scale().partsPerUnit()));
			}
		}
	}

	@Test
	void burstBelowTheRateStillLimits() {
		TokenBucket bucket = TokenBucket.of(Limit.of("10/s").withBurst(4));
		Caller caller = new Caller(bucket.limit());
		assertThat(caller.takeAll(START)).isEqualTo(4);
		assertThat(caller.takeAll(START)).isZero();
		assertThat(caller.takeAll(START + SECOND / 10)).isEqualTo(1);
		assertThat(caller.takeAll(START + 10 * SECOND)).isEqualTo(4);
	}

	@Test
	void secondsEdgeGivesNoSecondBurst() {
		TokenBucket bucket = TokenBucket.of(Limit.of("100/s"));
		Caller caller = new Caller(bucket.limit());
		long edge = 1_700_000_000L * SECOND;
		assertThat(caller.takeAll(edge - 30_000)).isEqualTo(100);
		assertThat(caller.takeAll(edge - 1)).isEqualTo(2);
		assertThat(caller.takeAll(edge)).isEqualTo(1);
		assertThat(caller.takeAll(edge + 30_000)).isEqualTo(3);
	}

	private static long units(Rate rate, long micros) {
		return Math.max(0,
				BigInteger.valueOf(micros)
					.multiply(BigInteger.valueOf(rate.quota()))
					.divide(BigInteger.valueOf(rate.windowMicros()))
					.longValueExact());
	}

	private static TokenBucketState state(long now, long spent, TokenBucket bucket) {
		return new TokenBucketState(now, spent, bucket.scale().partsPerUnit(), now, 0, bucket.capacity());
	}

	/**
	 * Takes all units there are, in two calls, and sees to it that one more is refused.
	 */
	private static final class Caller {

		private final CountedKey key;

		Caller(Limit limit) {
			this.key = new CountedKey(limit);
		}

		long takeAll(long now) {
			long left = this.key.remaining(now);
			long first = left / 3;
			assertThat(this.key.admits(now, first)).isTrue();
			assertThat(this.key.admits(now, left - first)).isTrue();
			assertThat(this.key.admits(now, 1)).isFalse();
			return left;
		}

	}

}
