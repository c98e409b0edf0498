package io.github.ratelimit.store.memory;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Counter;
import io.github.ratelimit.Limit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CounterId}.
 */
class CounterIdTests {

	private static final Limit LIMIT = Limit.of("1/s");

	@Test
	void shortKeysStayAsTheyAre() {
		String key = "k".repeat(CounterId.MAX_PART);
		assertThat(id(key).key()).isSameAs(key);
		assertThat(id(key)).isEqualTo(id(new String(key))).hasSameHashCodeAs(id(new String(key)));
	}

	@Test
	void longKeysAndNamesStandAsHashes() {
		CounterId id = CounterId.of(new Counter("n".repeat(10_000), "k".repeat(10_000), LIMIT));
		assertThat(id.key()).hasSizeLessThan(CounterId.MAX_PART);
		assertThat(id.name()).hasSizeLessThan(CounterId.MAX_PART).isNotEqualTo(id.key());
		assertThat(id).isEqualTo(CounterId.of(new Counter("n".repeat(10_000), "k".repeat(10_000), LIMIT)));
	}

	@Test
	void differentKeysAreDifferentCounters() {
		String longKey = "k".repeat(200);
		List<String> keys = List.of(longKey, longKey + "k", longKey + "\0", id(longKey).key(),
				id(id(longKey).key()).key(), "\ud800".repeat(200), "\ud801".repeat(200), "?".repeat(200), "a", "A",
				"\u00e9", "e\u0301");
		Set<CounterId> ids = new HashSet<>();
		keys.forEach((key) -> ids.add(id(key)));
		for (Algorithm algorithm : Algorithm.values()) {
			ids.add(CounterId.of(new Counter("other", "a", LIMIT.withAlgorithm(algorithm))));
		}
		ids.add(CounterId.of(new Counter("other", "a", LIMIT.withName("named"))));
		assertThat(ids).hasSize(keys.size() + Algorithm.values().length + 1);
	}

	@Test
	void orderAgreesWithEquality() {
		CounterId id = id("a");
		assertThat(id).isEqualByComparingTo(id("a")).isLessThan(id("b"));
		assertThat(id.compareTo(CounterId.of(new Counter("api", "a", LIMIT.withName("named"))))).isNotZero();
		assertThat(id.compareTo(CounterId.of(new Counter("other", "a", LIMIT)))).isNotZero();
	}

	// One after the other, each among all before it, takes minutes
	@Test
	@Timeout(value = 30, unit = TimeUnit.SECONDS)
	void keysOfOneHashCodeAreFoundInAFewSteps() {
		Set<CounterId> ids = ConcurrentHashMap.newKeySet();
		for (int i = 0; i < 1 << 17; i++) {
			ids.add(id(colliding(i)));
		}
		assertThat(ids).hasSize(1 << 17);
		assertThat(ids.stream().mapToInt(Object::hashCode).distinct().count()).isEqualTo(1);
	}

	/**
	 * The two texts of two characters have one hash code, and so all that are made of
	 * them.
	 */
	private static String colliding(int number) {
		StringBuilder key = new StringBuilder();
		for (int bit = 0; bit < 17; bit++) {
			key.append(((number >> bit & 1) == 0) ? "Aa" : "BB");
		}
		return key.toString();
	}

	private static CounterId id(String key) {
		return CounterId.of(new Counter("api", key, LIMIT));
	}

}
