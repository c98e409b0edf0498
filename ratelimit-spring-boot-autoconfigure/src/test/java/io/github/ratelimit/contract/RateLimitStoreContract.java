package io.github.ratelimit.contract;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.Outcome;
import io.github.ratelimit.Rate;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What every {@link RateLimitStore} has to do. The tests of a store extend this.
 * <p>
 * The limits give back a unit a day at most, so that what is asserted does not depend on
 * how fast the tests run. What comes back with time is for the store's own tests.
 */
public abstract class RateLimitStoreContract extends SettlementContract {

	private static final Limit FIVE = Limit.of("1/d").withBurst(5);

	private static final Duration DAY = Duration.ofDays(1);

	// Far more than a test takes, far less than a unit takes to come back
	private static final Duration TEST_TIME = Duration.ofHours(1);

	@Test
	void admitsTheBurstAndThenRefuses() {
		for (long left = 4; left >= 0; left--) {
			RateLimitDecision decision = acquire("key", FIVE, 1);
			assertThat(decision.outcome()).isEqualTo(Outcome.ALLOWED);
			assertThat(decision.remaining()).isEqualTo(left);
		}
		assertThat(acquire("key", FIVE, 1).outcome()).isEqualTo(Outcome.REFUSED);
		assertThat(acquire("key", FIVE, 1).outcome()).isEqualTo(Outcome.REFUSED);
	}

	@Test
	void decisionTellsAllThereIsToKnow() {
		RateLimitDecision full = acquire("key", FIVE, 0);
		assertThat(full.outcome()).isEqualTo(Outcome.ALLOWED);
		assertThat(full.source()).isEqualTo(source());
		assertThat(full.limits()).containsExactly(new LimitStatus(FIVE, false, 5, Duration.ZERO, Duration.ZERO));

		RateLimitDecision allowed = acquire("key", FIVE, 3);
		assertThat(allowed.allowed()).isTrue();
		assertThat(allowed.source()).isEqualTo(source());
		assertThat(allowed.limits()).hasSize(1);
		assertThat(allowed.limit()).isEqualTo(5);
		assertThat(allowed.remaining()).isEqualTo(2);
		assertThat(allowed.retryAfter()).isEqualTo(Duration.ZERO);
		assertThat(allowed.resetAfter()).isEqualTo(DAY.multipliedBy(3));
		assertThat(allowed.refusedBy()).isEmpty();

		RateLimitDecision refused = acquire("key", FIVE, 4);
		assertThat(refused.allowed()).isFalse();
		assertThat(refused.source()).isEqualTo(source());
		assertThat(refused.limits()).hasSize(1);
		assertThat(refused.limit()).isEqualTo(5);
		assertThat(refused.remaining()).isEqualTo(2);
		assertThat(refused.retryAfter()).isBetween(DAY.multipliedBy(2).minus(TEST_TIME), DAY.multipliedBy(2));
		assertThat(refused.resetAfter()).isBetween(DAY.multipliedBy(3).minus(TEST_TIME), DAY.multipliedBy(3));
		assertThat(refused.refusedBy()).containsExactly(Limit.DEFAULT_NAME);
	}

	@Test
	void refusalChargesNothing() {
		acquire("key", FIVE, 3);
		for (int i = 0; i < 10; i++) {
			assertThat(acquire("key", FIVE, 3).allowed()).isFalse();
		}
		RateLimitDecision rest = acquire("key", FIVE, 2);
		assertThat(rest.allowed()).isTrue();
		assertThat(rest.remaining()).isZero();
	}

	@Test
	void refusalOfMuchDoesNotRefuseLittle() {
		acquire("key", FIVE, 3);
		assertThat(acquire("key", FIVE, 5).allowed()).isFalse();
		assertThat(acquire("key", FIVE, 1).allowed()).isTrue();
	}

	@Test
	void costOfZeroOnlyAsks() {
		for (int i = 0; i < 10; i++) {
			assertThat(acquire("key", FIVE, 0).remaining()).isEqualTo(5);
		}
		acquire("key", FIVE, 5);
		RateLimitDecision empty = acquire("key", FIVE, 0);
		assertThat(empty.allowed()).isTrue();
		assertThat(empty.remaining()).isZero();
		assertThat(empty.retryAfter()).isEqualTo(Duration.ZERO);
		assertThat(empty.resetAfter()).isBetween(DAY.multipliedBy(5).minus(TEST_TIME), DAY.multipliedBy(5));
	}

	@Test
	void costAboveTheBurstIsRefusedForGoodAndChargesNothing() {
		for (long cost : new long[] { 6, 1_000_000, Long.MAX_VALUE - 1, Long.MAX_VALUE }) {
			RateLimitDecision decision = acquire("key", FIVE, cost);
			assertThat(decision.outcome()).as("cost %d", cost).isEqualTo(Outcome.REFUSED);
			assertThat(decision.retryAfter()).as("cost %d", cost).isNull();
			assertThat(decision.remaining()).as("cost %d", cost).isEqualTo(5);
			assertThat(decision.resetAfter()).as("cost %d", cost).isEqualTo(Duration.ZERO);
		}
		assertThat(acquire("key", FIVE, 5).allowed()).isTrue();
		assertThat(acquire("key", FIVE, Long.MAX_VALUE).retryAfter()).isNull();
	}

	@Test
	void limitThatCannotBeCountedFailsTheStage() {
		Limit limit = Limit.of("1/d").withBurst(Long.MAX_VALUE);
		assertThat(store().acquire(request(name(), "key", limit, 1)).toCompletableFuture())
			.failsWithin(Duration.ofSeconds(30))
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(IllegalArgumentException.class);
	}

	@Test
	void keysAreIndependent() {
		acquire("alice", FIVE, 5);
		assertThat(acquire("alice", FIVE, 1).allowed()).isFalse();
		assertThat(acquire("bob", FIVE, 5).allowed()).isTrue();
	}

	@Test
	void namesAreIndependent() {
		Limit limit = FIVE;
		assertThat(acquire(name(), "key", limit, 5).allowed()).isTrue();
		assertThat(acquire(name(), "key", limit, 1).allowed()).isFalse();
		assertThat(acquire(name() + "-other", "key", limit, 5).allowed()).isTrue();
	}

	@Test
	void limitsOfDifferentNamesAreIndependent() {
		List<Limit> limits = List.of(FIVE, FIVE.withName("day"), FIVE.withName("Day"), FIVE.withName("day.1"),
				FIVE.withName(name()));
		for (Limit limit : limits) {
			assertThat(acquire("key", limit, 5).allowed()).as("limit %s", limit).isTrue();
		}
		for (Limit limit : limits) {
			assertThat(acquire("key", limit, 1).refusedBy()).as("limit %s", limit).containsExactly(limit.name());
		}
	}

	/**
	 * All at once in one store, so that each is told from all the others.
	 */
	@Test
	void oddKeysAreKeysLikeAnyOther() {
		List<String> keys = oddKeys();
		assertThat(keys).doesNotHaveDuplicates();
		for (String key : keys) {
			assertThat(acquire(key, FIVE, 5).allowed()).as("key %s", printable(key)).isTrue();
		}
		for (String key : keys) {
			assertThat(acquire(key, FIVE, 1).allowed()).as("key %s", printable(key)).isFalse();
		}
		for (String key : keys) {
			reset(key, FIVE);
			assertThat(acquire(key, FIVE, 5).allowed()).as("key %s", printable(key)).isTrue();
		}
	}

	private static List<String> oddKeys() {
		List<String> keys = new ArrayList<>(List.of("key", "KEY", " key", "key ", "a key", "a+key", "a%20key", "a%key",
				"a%25key", "a%2520key", "key:default", "key}", "key}:default", "{key}", "{key", "{{key}}", "%7bkey%7d",
				"%7Bkey%7D", "key:", ":key", "k:e:y", "k%3ae%3ay", "k%3Ae%3Ay", "*", "?", "[a]", "\\", "\\\\", "\"",
				"'", "a/b", "a\u0000b", "a\\u0000b", "a%00b", "a\r\nb", "a\nb", "a\tb", "a\u007fb", "a\u0085b",
				"a\u00a0b", "\u00fc", "u\u0308", "%c3%bc", "%fc", "\u00c3\u00bc", "\ufffd", "\ufeffkey", "\ud83d\ude00",
				"\ud83d\ude01", "\ud83d", "\ude00", "\ud83e", "%sha256:", "sha256:key", "null", "0", "-1",
				"user:alice@example.org", "ip:2001:db8::1"));
		String longKey = "k".repeat(9_999);
		keys.addAll(List.of(longKey + "1", longKey + "2", longKey, "\u00fc".repeat(10_000), "{".repeat(10_000),
				":".repeat(10_000), "\ud83d".repeat(10_000), "\ud83e".repeat(10_000)));
		for (int length : new int[] { 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257 }) {
			keys.add("x".repeat(length));
			keys.add("%".repeat(length));
		}
		return keys;
	}

	private static String printable(String key) {
		String start = key.substring(0, Math.min(key.length(), 40));
		StringBuilder text = new StringBuilder();
		start.chars()
			.forEach((c) -> text.append((c > ' ' && c < 0x7f) ? Character.toString(c) : "\\u%04x".formatted(c)));
		return text + " of " + key.length();
	}

	/**
	 * Counters whose parts give the same text when they are put together without care.
	 */
	@ParameterizedTest
	@MethodSource("confusable")
	void countersAreNotConfused(CounterParts one, CounterParts other) {
		assertThat(acquire(name() + one.name(), one.key(), one.limit(), 5).allowed()).isTrue();
		assertThat(acquire(name() + other.name(), other.key(), other.limit(), 5).allowed()).isTrue();
		reset(name() + one.name(), one.key(), one.limit());
		assertThat(acquire(name() + other.name(), other.key(), other.limit(), 1).allowed()).isFalse();
		assertThat(acquire(name() + one.name(), one.key(), one.limit(), 5).allowed()).isTrue();
	}

	static List<Arguments> confusable() {
		Limit day = FIVE.withName("day");
		return List.of(arguments(new CounterParts("", "x:y", FIVE), new CounterParts(":x", "y", FIVE)),
				arguments(new CounterParts("", "{x}:{y}", FIVE), new CounterParts(":{x}", "y", FIVE)),
				arguments(new CounterParts("", "x}:{y", FIVE), new CounterParts(":{x}", "y", FIVE)),
				arguments(new CounterParts("", "x:day", FIVE), new CounterParts("", "x", day)),
				arguments(new CounterParts("", "x}:day", FIVE), new CounterParts("", "x", day)),
				arguments(new CounterParts("", "{x}:day", FIVE), new CounterParts("", "{x}", day)),
				arguments(new CounterParts(" ", "x", FIVE), new CounterParts("%20", "x", FIVE)),
				arguments(new CounterParts("\ud83d", "x", FIVE), new CounterParts("\ud83e", "x", FIVE)),
				arguments(new CounterParts("@day", "x", FIVE), new CounterParts("@day", "x", day)));
	}

	private static Arguments arguments(CounterParts one, CounterParts other) {
		return Arguments.of(one, other);
	}

	@Test
	void resetGivesAllUnitsBackToOneCounter() {
		Limit day = FIVE.withName("day");
		acquire("alice", FIVE, 5);
		acquire("alice", day, 5);
		acquire("bob", FIVE, 5);
		reset("alice", FIVE);
		assertThat(acquire("alice", FIVE, 0).limits())
			.containsExactly(new LimitStatus(FIVE, false, 5, Duration.ZERO, Duration.ZERO));
		assertThat(acquire("alice", day, 1).allowed()).isFalse();
		assertThat(acquire("bob", FIVE, 1).allowed()).isFalse();
		assertThat(acquire("alice", FIVE, 5).allowed()).isTrue();
	}

	@Test
	void resetOfWhatIsNotThereDoesNothing() {
		reset("nobody", FIVE);
		assertThat(acquire("nobody", FIVE, 5).allowed()).isTrue();
	}

	@Test
	void largerLimitIsNotFilledThroughASmallerOneOfTheSameKey() {
		Limit large = new Limit("plan", Rate.parse("1/d"), 100);
		Limit small = new Limit("plan", Rate.parse("10/s"), 1);
		acquire("key", large, 100);
		await().atMost(Duration.ofSeconds(30)).until(() -> acquire("key", small, 1).allowed());
		assertThat(acquire("key", large, 50).allowed()).isFalse();
	}

	@Test
	void raisedBurstIsThereAtOnce() {
		acquire("key", FIVE, 5);
		Limit raised = FIVE.withBurst(8);
		assertThat(acquire("key", raised, 0).remaining()).isEqualTo(3);
		assertThat(acquire("key", raised, 4).allowed()).isFalse();
		assertThat(acquire("key", raised, 3).allowed()).isTrue();
		assertThat(acquire("key", raised, 1).allowed()).isFalse();
	}

	@Test
	void loweredBurstLeavesFromZeroToTheNewLimit() {
		acquire("key", FIVE, 4);
		Limit lowered = FIVE.withBurst(2);
		RateLimitDecision below = acquire("key", lowered, 0);
		assertThat(below.limit()).isEqualTo(2);
		assertThat(below.remaining()).isZero();
		assertThat(below.resetAfter()).isBetween(DAY.multipliedBy(2).minus(TEST_TIME), DAY.multipliedBy(2));
		assertThat(acquire("key", lowered, 1).retryAfter()).isBetween(DAY.minus(TEST_TIME), DAY);

		acquire("other", FIVE, 1);
		assertThat(acquire("other", lowered, 0).remaining()).isEqualTo(1);
		assertThat(acquire("nobody", lowered, 0).remaining()).isEqualTo(2);
	}

	@Test
	void otherRateGivesNothingAwayAndTakesNothing() {
		acquire("key", FIVE, 3);
		for (String rate : List.of("7/3653d", "1/10d", "11/13d", "2/2d", "1/3653d", "1/d")) {
			Limit changed = new Limit(Limit.DEFAULT_NAME, Limit.of(rate).rate(), 5);
			// A part of a unit that came back meanwhile may be rounded away, no more
			assertThat(acquire("key", changed, 0).remaining()).as(rate).isEqualTo(2);
			assertThat(acquire("key", changed, 3).allowed()).as(rate).isFalse();
		}
		Limit changed = new Limit(Limit.DEFAULT_NAME, Limit.of("11/13d").rate(), 5);
		assertThat(acquire("key", changed, 1).remaining()).isEqualTo(1);
		assertThat(acquire("key", FIVE, 1).remaining()).isZero();
		assertThat(acquire("key", FIVE, 1).allowed()).isFalse();
		assertThat(acquire("key", changed, 1).allowed()).isFalse();
	}

	@Test
	void manyThreadsGetTheBurstAndNoUnitMore() throws Exception {
		long burst = 1_000;
		Limit limit = Limit.of("1/d").withBurst(burst);
		assertThat(inManyThreads((thread) -> acquireAllThereIs("key", limit, 1 + thread % 7)).stream()
			.mapToLong(Long::longValue)
			.sum()).isEqualTo(burst);
		assertThat(acquire("key", limit, 0).remaining()).isZero();
	}

	/**
	 * Ask for much until it is refused, then for less, down to one unit.
	 */
	private long acquireAllThereIs(String key, Limit limit, int heaviest) {
		long units = 0;
		int cost = heaviest;
		while (cost > 0) {
			if (acquire(key, limit, cost).allowed()) {
				units += cost;
			}
			else {
				cost--;
			}
		}
		return units;
	}

	@Test
	void statusNamesTheKindOfStore() {
		assertThat(store().status().kind()).isNotBlank();
		assertThat(store().status().connected()).isTrue();
		assertThat(store().status().degradedSince()).isNull();
	}

	/**
	 * What finds a counter.
	 *
	 * @param name end of its name
	 * @param key its key
	 * @param limit its limit
	 */
	record CounterParts(String name, String key, Limit limit) {

	}

}
