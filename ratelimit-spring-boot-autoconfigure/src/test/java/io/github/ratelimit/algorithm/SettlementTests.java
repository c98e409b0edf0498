package io.github.ratelimit.algorithm;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.conformance.ExactModel;
import io.github.ratelimit.conformance.RandomCalls;
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
 * Settles charges of every {@link LimitAlgorithm}: nothing is ever admitted that would
 * not have been, had the real cost been charged at once.
 */
class SettlementTests {

	private static final long SECOND = 1_000_000;

	private static final long START = 1_700_006_400L * SECOND;

	/**
	 * Charges that are settled with less, late, in any order: their real costs alone pass
	 * the limit as its definition has it.
	 */
	@Property(tries = 4_000, edgeCases = EdgeCasesMode.NONE)
	void realCostsOfWhatIsAdmittedAreWithinTheLimit(@ForAll("calls") RandomCalls calls, @ForAll long seed) {
		Limit limit = calls.limit();
		Random random = new Random(seed);
		CountedKey key = new CountedKey(limit);
		ExactModel model = new ExactModel(limit);
		List<Charged> open = new ArrayList<>();
		List<Long> costs = new ArrayList<>();
		long now = RandomCalls.START;
		for (RandomCalls.Step step : calls.steps()) {
			now = Math.max(now, step.at(now, limit));
			if (!open.isEmpty() && random.nextInt(3) == 0) {
				int chosen = random.nextInt(open.size());
				key.settle(now, open.remove(chosen), costs.remove(chosen));
			}
			long cost = step.units(limit);
			LimitStatus status = key.acquire(now, cost);
			if (!status.refused() && cost > 0) {
				long real = (random.nextInt(3) == 0) ? 0 : random.nextLong(cost + 1);
				open.add(CountedKey.charged(now, cost, status));
				costs.add(real);
				assertThat(model.call(now, real).allowed()).as("%d of %d at %d under %s", real, cost, now, limit)
					.isTrue();
			}
		}
	}

	/**
	 * Charges that turn out to be more: nobody passes until the excess is paid.
	 */
	@Property(tries = 3_000, edgeCases = EdgeCasesMode.NONE)
	void excessIsPaidAndNothingIsGivenAway(@ForAll("calls") RandomCalls calls, @ForAll long seed) {
		Limit limit = calls.limit();
		Random random = new Random(seed);
		CountedKey key = new CountedKey(limit);
		long now = RandomCalls.START;
		for (RandomCalls.Step step : calls.steps()) {
			now = Math.max(now, step.at(now, limit));
			long cost = step.units(limit);
			LimitStatus status = key.acquire(now, cost);
			if (!status.refused() && cost > 0 && random.nextInt(3) == 0) {
				long before = key.remaining(now);
				long more = random.nextLong(2 * limit.burst() + 1);
				key.settle(now, CountedKey.charged(now, cost, status), cost + more);
				assertThat(key.remaining(now)).isEqualTo(Math.max(before - more, 0));
				assertThat(key.ask(now, 0).resetAfter()).isGreaterThanOrEqualTo(status.resetAfter());
			}
		}
	}

	@Provide
	Arbitrary<RandomCalls> calls() {
		return RandomCalls.ofSize(40);
	}

	@ParameterizedTest
	@EnumSource(Algorithm.class)
	void settledAtOnceIsAsIfTheRealCostHadBeenCharged(Algorithm algorithm) {
		Limit limit = Limit.of("10/m").withAlgorithm(algorithm);
		for (long charged = 1; charged <= 10; charged++) {
			for (long real = 0; real <= 10; real++) {
				CountedKey settled = new CountedKey(limit);
				settled.settle(START, settled.reserve(START, charged), real);
				CountedKey direct = new CountedKey(limit);
				direct.acquire(START, real);
				for (long later : new long[] { 0, 7 * SECOND, 60 * SECOND, 61 * SECOND, 119 * SECOND, 120 * SECOND }) {
					assertThat(settled.remaining(START + later)).as("%d for %d after %d", real, charged, later)
						.isEqualTo(direct.remaining(START + later));
					assertThat(settled.ask(START + later, 10).retryAfter())
						.isEqualTo(direct.ask(START + later, 10).retryAfter());
				}
			}
		}
	}

	@ParameterizedTest
	@EnumSource(Algorithm.class)
	void whatHasComeBackByItselfIsNotGivenBackAgain(Algorithm algorithm) {
		CountedKey key = new CountedKey(Limit.of("10/m").withAlgorithm(algorithm));
		Charged charged = key.reserve(START, 10);
		long later = START + 120 * SECOND;
		assertThat(key.admits(later, 10)).isTrue();
		key.settle(later, charged, 0);
		assertThat(key.remaining(later)).isZero();
		key.settle(later, charged, 5);
		assertThat(key.remaining(later)).isZero();
	}

	@Test
	void windowThatIsOverIsChargedNoMore() {
		for (Algorithm algorithm : List.of(Algorithm.FIXED_WINDOW, Algorithm.SLIDING_WINDOW,
				Algorithm.SLIDING_WINDOW_COUNTER)) {
			CountedKey key = new CountedKey(Limit.of("10/m").withAlgorithm(algorithm));
			Charged charged = key.reserve(START, 1);
			long later = START + 120 * SECOND;
			assertThat(key.admits(later, 3)).isTrue();
			key.settle(later, charged, 1_000);
			assertThat(key.remaining(later)).as("%s", algorithm).isEqualTo(7);
		}
	}

	@Test
	void settlementOfWhatIsNotKnownAnyMoreGivesNothing() {
		for (Algorithm algorithm : Algorithm.values()) {
			CountedKey key = new CountedKey(Limit.of("10/m").withAlgorithm(algorithm));
			Charged charged = new CountedKey(Limit.of("10/m").withAlgorithm(algorithm)).reserve(START, 10);
			key.settle(START, charged, 0);
			assertThat(key.state()).as("%s", algorithm).isNull();
		}
	}

	@Test
	void debtOfABucketIsPaidAtItsRate() {
		CountedKey key = new CountedKey(Limit.of("10/m"));
		key.settle(START, key.reserve(START, 5), 30);
		assertThat(key.ask(START, 1).retryAfter()).hasSeconds(6 * 21);
		assertThat(key.ask(START, 1).resetAfter()).hasSeconds(180);
		assertThat(key.admits(START + 126 * SECOND - 1, 1)).isFalse();
		assertThat(key.admits(START + 126 * SECOND, 1)).isTrue();
	}

	/**
	 * A bucket that was full in the meantime has given back the charge already.
	 */
	@Test
	void bucketGivesBackWhatIsStillMissingForTheCharge() {
		CountedKey key = new CountedKey(Limit.of("10/m"));
		Charged charged = key.reserve(START, 10);
		assertThat(key.remaining(START + 30 * SECOND)).isEqualTo(5);
		key.settle(START + 30 * SECOND, charged, 0);
		assertThat(key.remaining(START + 30 * SECOND)).isEqualTo(10);

		CountedKey other = new CountedKey(Limit.of("10/m"));
		Charged early = other.reserve(START, 4);
		assertThat(other.admits(START + 60 * SECOND, 10)).isTrue();
		other.settle(START + 60 * SECOND, early, 0);
		assertThat(other.remaining(START + 60 * SECOND)).isZero();
	}

	@Test
	void bucketGivesBackOneChargeAmongOthersThatKeptItFromFilling() {
		CountedKey key = new CountedKey(Limit.of("10/m"));
		assertThat(key.admits(START, 6)).isTrue();
		Charged charged = key.reserve(START, 4);
		long later = START + 30 * SECOND;
		assertThat(key.admits(later, 5)).isTrue();
		key.settle(later, charged, 1);
		assertThat(key.remaining(later)).isEqualTo(3);
	}

	@Test
	void debtIsOwedInFullByASmallerBucketToo() {
		CountedKey key = new CountedKey(Limit.of("10/m"));
		key.settle(START, key.reserve(START, 5), 30);
		LimitState state = key.state();
		assertThat(state).isNotNull();
		assertThat(key.algorithm().forgottenAtMicros(state)).isEqualTo(START + 180 * SECOND);
		key.change(Limit.of("10/m").withBurst(5));
		assertThat(key.ask(START, 1).retryAfter()).hasSeconds(6 * 21);
	}

	/**
	 * Nothing but the last microseconds of what a charge had missing is given back.
	 */
	@Test
	void bucketGivesBackToTheMicrosecond() {
		for (long before : new long[] { 0, 1, 2 }) {
			CountedKey key = new CountedKey(Limit.of("10/m"));
			assertThat(key.admits(START, 6)).isTrue();
			Charged charged = key.reserve(START, 4);
			assertThat(key.admits(START + 6 * SECOND, 1)).isTrue();
			long now = START + 60 * SECOND - before;
			assertThat(key.ask(now, 10).retryAfter()).isEqualTo(micros(6 * SECOND + before));
			key.settle(now, charged, 0);
			assertThat(key.ask(now, 10).retryAfter()).isEqualTo(micros(6 * SECOND));
		}
	}

	/**
	 * What came back since a charge is not given back with it, though another charge of
	 * the same time may have been what it came back for: that nobody knows later.
	 */
	@Test
	void bucketGivesBackNoMoreOfAChargeThanHasNotComeBack() {
		CountedKey key = new CountedKey(Limit.of("10/m"));
		Charged first = key.reserve(START, 5);
		Charged second = key.reserve(START, 5);
		long now = START + 12 * SECOND;
		assertThat(key.ask(now, 10).retryAfter()).isEqualTo(micros(48 * SECOND));
		key.settle(now, first, 0);
		assertThat(key.ask(now, 10).retryAfter()).isEqualTo(micros(30 * SECOND));
		key.settle(now, second, 0);
		assertThat(key.ask(now, 10).retryAfter()).isEqualTo(micros(12 * SECOND));
	}

	@Test
	void bucketOfAnAwkwardRateGivesBackToTheMicrosecond() {
		CountedKey key = new CountedKey(Limit.of("7/m"));
		Charged charged = key.reserve(START, 7);
		assertThat(key.admits(START + 30 * SECOND, 1)).isTrue();
		key.settle(START + 50 * SECOND, charged, 0);
		assertThat(key.ask(START + 50 * SECOND, 7).retryAfter()).isEqualTo(micros(60 * SECOND / 7 + 1));
	}

	/**
	 * What was given back at the moment of a charge is not missing for it later.
	 */
	@Test
	void chargeBesideOneThatWasGivenBackAtOnceGivesBackNoMoreThanItself() {
		CountedKey key = new CountedKey(Limit.of("10/m"));
		Charged cancelled = key.reserve(START, 5);
		Charged charged = key.reserve(START, 5);
		key.settle(START, cancelled, 0);
		assertThat(key.admits(START + 30 * SECOND, 10)).isTrue();
		key.settle(START + 36 * SECOND, charged, 0);
		assertThat(key.remaining(START + 36 * SECOND)).isEqualTo(1);
	}

	@Test
	void whatABucketMissesAfterAChargeIsNoMoreThanIsSure() {
		TokenBucket bucket = TokenBucket.of(Limit.of("7/m"));
		assertThat(bucket.missingAfter(new Charged(START, 1, START + 60 * SECOND)))
			.isEqualTo((60 * SECOND - 1) * 7 + 1);
		assertThat(bucket.missingAfter(new Charged(START, 1, START + 3))).isEqualTo(60 * SECOND);
	}

	private static Duration micros(long micros) {
		return Duration.of(micros, ChronoUnit.MICROS);
	}

}
