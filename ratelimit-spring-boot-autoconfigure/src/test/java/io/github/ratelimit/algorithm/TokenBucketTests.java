package io.github.ratelimit.algorithm;

import java.math.BigInteger;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;

import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.Rate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
		assertThat(bucket.tickMicros()).isEqualTo(1);
		Caller caller = new Caller(bucket);
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
	 * Where the bucket is full at times, what it holds is what an exact model says.
	 */
	@ParameterizedTest
	@MethodSource("exactLimits")
	void decidesAsExactFractionsDo(Limit limit) {
		TokenBucket bucket = TokenBucket.of(limit);
		assertThat(bucket.tickMicros()).isEqualTo(1);
		Model model = new Model(limit);
		TokenBucketState state = null;
		Random random = new Random(11);
		long fill = Math.min(burstMicros(limit), 1000 * DAY);
		long now = START;
		for (int i = 0; i < 20_000; i++) {
			now += (random.nextInt(4) == 0) ? 0 : random.nextLong(fill / 4 + 2);
			long cost = 1 + random.nextLong(limit.burst() + 1);
			LimitStatus status = bucket.status(bucket.spentAt(state, now), cost);
			model.check(now, cost, status);
			TokenBucketState charged = bucket.charge(state, now, cost);
			assertThat(charged != null).isEqualTo(!status.refused());
			state = (charged != null) ? charged : state;
		}
	}

	static List<Limit> exactLimits() {
		return List.of(Limit.of("7/s"), Limit.of("3/m"), Limit.of("11/13s"), Limit.of("1/d"), Limit.of("0.5/s"),
				Limit.of("0.5/s").withBurst(3), Limit.of("2/s").withBurst(5), Limit.of("10/s").withBurst(4),
				Limit.of("100000/s"), Limit.of("10000000/d"), Limit.of("1/3653d"),
				Limit.of("997/1009ms").withBurst(13));
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
		assertThat(bucket.tickMicros()).isEqualTo(tickMicros);
		Caller caller = new Caller(bucket);
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
			long now = START - Math.floorMod(START, bucket.tickMicros());
			long spent = 1 + random.nextLong(bucket.capacity());
			TokenBucketState state = new TokenBucketState(now, spent, bucket.partsPerUnit());
			LimitStatus full = bucket.status(spent, limit.burst());
			assertThat(full.refused()).isTrue();
			long wait = micros(full.retryAfter());
			assertThat(bucket.status(bucket.spentAt(state, now + wait), limit.burst()).refused()).isFalse();
			assertThat(bucket.status(bucket.spentAt(state, now + wait - 1), limit.burst()).refused()).isTrue();
			assertThat(full.resetAfter()).isEqualTo(full.retryAfter());
		}
	}

	@ParameterizedTest
	@MethodSource("allLimits")
	void stateIsForgottenExactlyWhenNothingIsMissing(Limit limit) {
		TokenBucket bucket = TokenBucket.of(limit);
		Random random = new Random(19);
		for (int i = 0; i < 300; i++) {
			TokenBucketState state = new TokenBucketState(START + random.nextLong(10 * SECOND),
					1 + random.nextLong(bucket.capacity()), bucket.partsPerUnit());
			long forgotten = bucket.forgottenAtMicros(state);
			assertThat(bucket.spentAt(state, forgotten)).isZero();
			assertThat(bucket.spentAt(state, forgotten - 1)).isPositive();
		}
	}

	@Test
	void stateOfABiggerBucketIsKeptUntilThatIsFull() {
		TokenBucketState state = TokenBucket.of(Limit.of("1/s").withBurst(100)).charge(null, START, 100);
		TokenBucket smaller = TokenBucket.of(Limit.of("1/s").withBurst(10));
		assertThat(state).isNotNull();
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
			state = small.charge(state, START + second * SECOND, 1);
			assertThat(state).as("second %d", second).isNotNull();
			assertThat(daily.charge(state, START + second * SECOND, 1)).as("second %d", second).isNull();
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
	void limitThatCannotBeCountedExactlyIsAnError() {
		assertThatIllegalArgumentException().isThrownBy(() -> TokenBucket.of(Limit.of("1/d").withBurst(Long.MAX_VALUE)))
			.withMessage("A rate of 1/d with a burst of 9223372036854775807 cannot be counted exactly: "
					+ "choose a smaller burst, or a window that the quota divides better");
		assertThatIllegalArgumentException().isThrownBy(() -> TokenBucket.of(Limit.of("999999937/PT86399.999983S")))
			.withMessage("A rate of 999999937/PT23H59M59.999983S with a burst of 999999937 cannot be counted exactly: "
					+ "choose a smaller burst, or a window that the quota divides better");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> TokenBucket.of(new Limit("most", new Rate(Long.MAX_VALUE, Duration.ofSeconds(1)), 1)))
			.withMessageStartingWith("A rate of 9223372036854775807/s with a burst of 1 cannot be counted exactly: ");
	}

	@Test
	void numbersAreBelowTwoToThe53rdOverTwo() {
		for (Limit limit : allLimits()) {
			TokenBucket bucket = TokenBucket.of(limit);
			assertThat(bucket.capacity()).isBetween(1L, 1L << 52);
			assertThat(bucket.partsPerTick()).isBetween(1L, 1L << 52);
			assertThat(bucket.partsPerUnit()).isBetween(1L, 1L << 52);
			assertThat(bucket.parts(Long.MAX_VALUE)).isEqualTo(bucket.capacity() + 1);
			assertThat(bucket.limit()).isSameAs(limit);
		}
	}

	@Test
	void clockThatGoesBackNeitherGrantsNorTakes() {
		TokenBucket bucket = TokenBucket.of(Limit.of("1/s").withBurst(5));
		TokenBucketState state = bucket.charge(null, START, 5);
		assertThat(bucket.spentAt(state, START - DAY)).isEqualTo(bucket.capacity());
		assertThat(bucket.charge(state, START - DAY, 1)).isNull();

		TokenBucketState later = bucket.charge(state, START + 2 * SECOND, 1);
		TokenBucketState back = bucket.charge(later, START, 1);
		assertThat(back)
			.isEqualTo(new TokenBucketState(START + 2 * SECOND, 5 * bucket.partsPerUnit(), bucket.partsPerUnit()));
		assertThat(bucket.charge(back, START + 2 * SECOND, 1)).isNull();
		assertThat(bucket.charge(back, START + 3 * SECOND, 1)).isNotNull();
	}

	@Test
	void largestCostsAndTimesDoNotOverflow() {
		TokenBucket bucket = TokenBucket.of(Limit.of("1/s").withBurst(5));
		for (long cost : new long[] { 6, Long.MAX_VALUE - 1, Long.MAX_VALUE }) {
			LimitStatus status = bucket.status(bucket.capacity(), cost);
			assertThat(status.refused()).isTrue();
			assertThat(status.retryAfter()).isNull();
			assertThat(status.remaining()).isZero();
			assertThat(bucket.charge(null, START, cost)).isNull();
		}
		TokenBucketState state = bucket.charge(null, 0, 5);
		assertThat(bucket.spentAt(state, Long.MAX_VALUE)).isZero();
		TokenBucketState last = bucket.charge(state, Long.MAX_VALUE, 5);
		assertThat(last).isEqualTo(new TokenBucketState(Long.MAX_VALUE, bucket.capacity(), bucket.partsPerUnit()));
		assertThat(bucket.spentAt(last, Long.MAX_VALUE)).isEqualTo(bucket.capacity());
		assertThat(bucket.spentAt(last, 0)).isEqualTo(bucket.capacity());
		assertThat(bucket.forgottenAtMicros(last)).isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void waitsOfTheSlowestLimitDoNotOverflow() {
		TokenBucket bucket = TokenBucket.of(Limit.of("1/3653d").withBurst(14_000_000));
		assertThat(bucket.status(bucket.capacity(), 14_000_000).retryAfter())
			.isEqualTo(Duration.ofDays(3653L * 14_000_000));
		assertThat(bucket.status(bucket.capacity(), 0).resetAfter()).isEqualTo(Duration.ofDays(3653L * 14_000_000));
		TokenBucketState state = bucket.charge(null, START, 14_000_000);
		assertThat(state).isNotNull();
		assertThat(bucket.forgottenAtMicros(state)).isEqualTo(Long.MAX_VALUE);
		assertThat(bucket.spentAt(state, Long.MAX_VALUE)).isPositive();
	}

	@Test
	void costOfZeroChangesNothing() {
		TokenBucket bucket = TokenBucket.of(Limit.of("1/s").withBurst(5));
		assertThat(bucket.charge(null, START, 0)).isNull();
		assertThat(bucket.status(bucket.capacity(), 0))
			.isEqualTo(new LimitStatus(bucket.limit(), false, 0, Duration.ZERO, Duration.ofSeconds(5)));
	}

	@Test
	void changeOfTheRateKeepsWhatIsMissingRoundedUp() {
		TokenBucket old = TokenBucket.of(Limit.of("3/s").withBurst(10));
		for (String rate : List.of("7/s", "11/13s", "1/d", "1/3653d", "1000000/s", "10/s")) {
			TokenBucket changed = TokenBucket.of(Limit.of(rate).withBurst(10));
			for (long spent = 0; spent <= old.capacity(); spent += 99_991) {
				TokenBucketState state = new TokenBucketState(START, spent, old.partsPerUnit());
				BigInteger exact = BigInteger.valueOf(spent).multiply(BigInteger.valueOf(changed.partsPerUnit()));
				BigInteger read = BigInteger.valueOf(changed.spentAt(state, START))
					.multiply(BigInteger.valueOf(old.partsPerUnit()));
				assertThat(read.subtract(exact)).as("%s, %d parts", rate, spent)
					.isBetween(BigInteger.ZERO, BigInteger.valueOf(old.partsPerUnit()));
			}
		}
	}

	@Test
	void burstBelowTheRateStillLimits() {
		TokenBucket bucket = TokenBucket.of(Limit.of("10/s").withBurst(4));
		Caller caller = new Caller(bucket);
		assertThat(caller.takeAll(START)).isEqualTo(4);
		assertThat(caller.takeAll(START)).isZero();
		assertThat(caller.takeAll(START + SECOND / 10)).isEqualTo(1);
		assertThat(caller.takeAll(START + 10 * SECOND)).isEqualTo(4);
	}

	@Test
	void secondsEdgeGivesNoSecondBurst() {
		TokenBucket bucket = TokenBucket.of(Limit.of("100/s"));
		Caller caller = new Caller(bucket);
		long edge = 1_700_000_000L * SECOND;
		assertThat(caller.takeAll(edge - 30_000)).isEqualTo(100);
		assertThat(caller.takeAll(edge - 1)).isEqualTo(2);
		assertThat(caller.takeAll(edge)).isEqualTo(1);
		assertThat(caller.takeAll(edge + 30_000)).isEqualTo(3);
	}

	@Test
	void costAboveTheCapacityIsRefusedForGoodAndChargesNothing() {
		TokenBucket bucket = TokenBucket.of(Limit.of("1/s").withBurst(10));
		assertThat(bucket.status(0, 11)).isEqualTo(new LimitStatus(bucket.limit(), true, 10, null, Duration.ZERO));
		assertThat(bucket.charge(null, START, 11)).isNull();
		assertThat(new Caller(bucket).takeAll(START)).isEqualTo(10);
	}

	private static long units(Rate rate, long micros) {
		return Math.max(0,
				BigInteger.valueOf(micros)
					.multiply(BigInteger.valueOf(rate.quota()))
					.divide(BigInteger.valueOf(rate.windowMicros()))
					.longValueExact());
	}

	private static long burstMicros(Limit limit) {
		return BigInteger.valueOf(limit.burst())
			.multiply(BigInteger.valueOf(limit.rate().windowMicros()))
			.divide(BigInteger.valueOf(limit.rate().quota()))
			.longValueExact();
	}

	private static long micros(@Nullable Duration wait) {
		assertThat(wait).isNotNull();
		return wait.getSeconds() * SECOND + wait.getNano() / 1000;
	}

	/**
	 * Takes all units there are, in two calls, and sees to it that one more is refused.
	 */
	private static final class Caller {

		private final TokenBucket bucket;

		private @Nullable TokenBucketState state;

		Caller(TokenBucket bucket) {
			this.bucket = bucket;
		}

		long takeAll(long now) {
			long left = this.bucket.status(this.bucket.spentAt(this.state, now), 0).remaining();
			long first = left / 3;
			charge(now, first);
			charge(now, left - first);
			LimitStatus refused = this.bucket.status(this.bucket.spentAt(this.state, now), 1);
			assertThat(refused.refused()).isTrue();
			assertThat(this.bucket.charge(this.state, now, 1)).isNull();
			return left;
		}

		private void charge(long now, long cost) {
			if (cost > 0) {
				this.state = this.bucket.charge(this.state, now, cost);
				assertThat(this.state).isNotNull();
			}
		}

	}

	/**
	 * A bucket on exact fractions: the level in units of 1/window.
	 */
	private static final class Model {

		private final BigInteger quota;

		private final BigInteger window;

		private final BigInteger capacity;

		private BigInteger level;

		private long at = START;

		Model(Limit limit) {
			this.quota = BigInteger.valueOf(limit.rate().quota());
			this.window = BigInteger.valueOf(limit.rate().windowMicros());
			this.capacity = BigInteger.valueOf(limit.burst()).multiply(this.window);
			this.level = this.capacity;
		}

		void check(long now, long cost, LimitStatus status) {
			this.level = this.level.add(BigInteger.valueOf(now - this.at).multiply(this.quota)).min(this.capacity);
			this.at = now;
			BigInteger asked = BigInteger.valueOf(cost).multiply(this.window);
			boolean allowed = asked.compareTo(this.level) <= 0;
			BigInteger missing = asked.subtract(this.level);
			if (allowed) {
				this.level = this.level.subtract(asked);
			}
			assertThat(status.refused()).isEqualTo(!allowed);
			assertThat(status.remaining()).isEqualTo(this.level.divide(this.window).longValueExact());
			assertThat(micros(status.resetAfter())).isEqualTo(wait(this.capacity.subtract(this.level)));
			if (asked.compareTo(this.capacity) > 0) {
				assertThat(status.retryAfter()).isNull();
			}
			else {
				assertThat(micros(status.retryAfter())).isEqualTo((allowed) ? 0 : wait(missing));
			}
		}

		private long wait(BigInteger missing) {
			return missing.add(this.quota).subtract(BigInteger.ONE).divide(this.quota).longValueExact();
		}

	}

}
