package io.github.ratelimit.contract;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.Outcome;
import io.github.ratelimit.RateLimitDecision;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every store does with each algorithm, and with several limits and keys at once:
 * all are charged, or none.
 */
abstract class SeveralLimitsContract extends StoreContract {

	private static final Limit TWO = slow(2, "two");

	private static final Limit THREE = slow(3, "three");

	private static final Limit FIVE = slow(5, "five");

	// Far longer than tests take, and no longer than any algorithm counts
	private static final Duration WINDOW = Duration.ofDays(400);

	private static Limit slow(long burst, String name) {
		return Limit.of("1/d").withBurst(burst).withName(name);
	}

	@Test
	void everyAlgorithmAdmitsItsQuotaAndThenRefuses() {
		for (Algorithm algorithm : algorithms()) {
			Limit limit = Limit.of(5, WINDOW).withAlgorithm(algorithm);
			assertThat(acquire("key", limit, 2).remaining()).as("%s", algorithm).isEqualTo(3);
			assertThat(acquire("key", limit, 4).allowed()).as("%s", algorithm).isFalse();
			assertThat(acquire("key", limit, 6).retryAfter()).as("%s", algorithm).isNull();
			RateLimitDecision last = acquire("key", limit, 3);
			assertThat(last.allowed()).as("%s", algorithm).isTrue();
			assertThat(last.remaining()).as("%s", algorithm).isZero();
			RateLimitDecision refused = acquire("key", limit, 1);
			assertThat(refused.outcome()).as("%s", algorithm).isEqualTo(Outcome.REFUSED);
			assertThat(refused.retryAfter()).as("%s", algorithm).isPositive();
			assertThat(refused.resetAfter()).as("%s", algorithm).isPositive();
		}
	}

	/**
	 * A limit that is counted in another way is another count.
	 */
	@Test
	void algorithmsAreIndependent() {
		for (Algorithm algorithm : algorithms()) {
			Limit limit = Limit.of(5, WINDOW).withAlgorithm(algorithm);
			assertThat(acquire("key", limit, 5).allowed()).as("%s", algorithm).isTrue();
		}
	}

	@Test
	void raisedQuotaIsThereAtOnceAndALoweredOneIsNotExceeded() {
		for (Algorithm algorithm : algorithms()) {
			acquire("key", Limit.of(5, WINDOW).withAlgorithm(algorithm), 5);
			Limit raised = Limit.of(8, WINDOW).withAlgorithm(algorithm);
			// A bucket takes what it has lost for a unit more where that is not whole
			assertThat(acquire("key", raised, 0).remaining()).as("%s", algorithm).isBetween(2L, 3L);
			assertThat(acquire("key", raised, 4).allowed()).as("%s", algorithm).isFalse();
			Limit lowered = Limit.of(3, WINDOW).withAlgorithm(algorithm);
			assertThat(acquire("key", lowered, 0).remaining()).as("%s", algorithm).isZero();
			assertThat(acquire("key", lowered, 1).allowed()).as("%s", algorithm).isFalse();
		}
	}

	@Test
	void severalLimitsAreChargedTogether() {
		RateLimitDecision decision = acquire(charge("key", FIVE, 1), charge("key", TWO, 2), charge("key", THREE, 3));
		assertThat(decision.outcome()).isEqualTo(Outcome.ALLOWED);
		assertThat(decision.source()).isEqualTo(source());
		assertThat(decision.limits().stream().map((status) -> status.limit().name())).containsExactly("five", "two",
				"three");
		assertThat(remaining(decision)).containsExactly(4L, 0L, 0L);
	}

	@Test
	void refusalOfOneLimitChargesNoneWhereverItStands() {
		acquire("key", TWO, 1);
		for (int place = 0; place < 3; place++) {
			List<Charge> charges = new ArrayList<>(List.of(charge("key", FIVE, 1), charge("key", THREE, 1)));
			charges.add(place, charge("key", TWO, 2));
			RateLimitDecision decision = acquire(charges.toArray(Charge[]::new));
			assertThat(decision.outcome()).isEqualTo(Outcome.REFUSED);
			assertThat(decision.refusedBy()).containsExactly("two");
			assertThat(decision.limits().get(place).remaining()).isEqualTo(1);
			assertThat(decision.retryAfter()).isEqualTo(decision.limits().get(place).retryAfter()).isPositive();
			assertThat(decision.tightest()).isEqualTo(decision.limits().get(place));
		}
		assertThat(remaining(acquire(charge("key", FIVE, 0), charge("key", TWO, 0), charge("key", THREE, 0))))
			.containsExactly(5L, 1L, 3L);
	}

	@Test
	void everyLimitThatRefusesSaysSo() {
		acquire(charge("key", FIVE, 5), charge("key", TWO, 2));
		RateLimitDecision decision = acquire(charge("key", FIVE, 2), charge("key", THREE, 1), charge("key", TWO, 1));
		assertThat(decision.refusedBy()).containsExactly("five", "two");
		assertThat(decision.retryAfter()).isEqualTo(decision.limits().get(0).retryAfter());
		assertThat(acquire(charge("key", TWO, 1), charge("key", THREE, 4)).retryAfter()).isNull();
		assertThat(acquire("key", THREE, 0).remaining()).isEqualTo(3);
	}

	@Test
	void costOfZeroAsksAmongOthersThatAreCharged() {
		acquire("key", TWO, 2);
		RateLimitDecision decision = acquire(charge("key", TWO, 0), charge("key", FIVE, 1));
		assertThat(decision.allowed()).isTrue();
		assertThat(remaining(decision)).containsExactly(0L, 4L);
	}

	@Test
	void mostRestrictiveOfSeveralKeysWins() {
		assertThat(acquire(charge("user", FIVE, 1), charge("ip", TWO, 1), charge("token", THREE, 1)).allowed())
			.isTrue();
		assertThat(acquire(charge("other", FIVE, 1), charge("ip", TWO, 1), charge("token", THREE, 1)).allowed())
			.isTrue();
		RateLimitDecision refused = acquire(charge("user", FIVE, 1), charge("ip", TWO, 1), charge("token", THREE, 1));
		assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED);
		assertThat(refused.refusedBy()).containsExactly("two");
		assertThat(remaining(acquire(charge("user", FIVE, 0), charge("other", FIVE, 0), charge("ip", TWO, 0),
				charge("token", THREE, 0))))
			.containsExactly(4L, 4L, 0L, 1L);
	}

	@Test
	void algorithmsAreChargedTogether() {
		List<Charge> charges = new ArrayList<>();
		for (Algorithm algorithm : algorithms()) {
			charges.add(charge("key", Limit.of(5, WINDOW).withAlgorithm(algorithm), 3));
		}
		int count = charges.size();
		assertThat(remaining(acquire(charges.toArray(Charge[]::new)))).isEqualTo(Collections.nCopies(count, 2L));
		RateLimitDecision refused = acquire(charges.toArray(Charge[]::new));
		assertThat(refused.refusedBy()).hasSize(count);
		assertThat(remaining(refused)).isEqualTo(Collections.nCopies(count, 2L));
	}

	@Test
	void severalCountersAreResetTogether() {
		acquire(charge("alice", FIVE, 5), charge("alice", TWO, 2), charge("bob", FIVE, 5));
		reset(new Counter(name(), "alice", FIVE), new Counter(name(), "alice", TWO),
				new Counter(name(), "nobody", TWO));
		assertThat(remaining(acquire(charge("alice", FIVE, 0), charge("alice", TWO, 0), charge("bob", FIVE, 0))))
			.containsExactly(5L, 2L, 0L);
	}

	/**
	 * Two keys of which each may use less than both together want of what they share.
	 */
	@Test
	void manyThreadsGetOfTwoLimitsWhatBothAllowAndNoUnitMore() throws InterruptedException {
		Limit own = slow(700, "own");
		Limit shared = slow(1_000, "shared");
		List<Long> sums = inManyThreads((thread) -> acquireAllThereIs("key" + thread % 2, own, shared, 1 + thread % 7));
		long even = 0;
		long odd = 0;
		for (int thread = 0; thread < sums.size(); thread++) {
			even += (thread % 2 == 0) ? sums.get(thread) : 0;
			odd += (thread % 2 == 0) ? 0 : sums.get(thread);
		}
		assertThat(even + odd).isEqualTo(1_000);
		assertThat(remaining(acquire(charge("key0", own, 0), charge("key1", own, 0), charge("all", shared, 0))))
			.containsExactly(700 - even, 700 - odd, 0L);
	}

	private long acquireAllThereIs(String key, Limit own, Limit shared, int heaviest) {
		long units = 0;
		int cost = heaviest;
		while (cost > 0) {
			if (acquire(charge(key, own, cost), charge("all", shared, cost)).allowed()) {
				units += cost;
			}
			else {
				cost--;
			}
		}
		return units;
	}

	static List<Long> remaining(RateLimitDecision decision) {
		return decision.limits().stream().map(LimitStatus::remaining).toList();
	}

}
