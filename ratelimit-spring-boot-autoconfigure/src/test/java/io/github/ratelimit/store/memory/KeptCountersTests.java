package io.github.ratelimit.store.memory;

import java.util.Objects;
import java.util.Random;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Counter;
import io.github.ratelimit.Limit;
import io.github.ratelimit.algorithm.LimitAlgorithm;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link KeptCounters}.
 */
class KeptCountersTests {

	private static final long SECOND = 1_000_000;

	private static final int MAX = 1_000;

	private static final LimitAlgorithm SHORT = LimitAlgorithm.of(Limit.of("0.5/s").withBurst(3));

	private static final LimitAlgorithm LONG = LimitAlgorithm.of(Limit.of("100/d"));

	private static final LimitAlgorithm LONG_WINDOW = LimitAlgorithm
		.of(Limit.of("100/d").withAlgorithm(Algorithm.SLIDING_WINDOW));

	private final KeptCounters counters = new KeptCounters(MAX, new Random(42));

	private long now = 1_000 * SECOND;

	@Test
	void whoIsRefusedStaysWhateverLimitTheFloodIsOf() {
		for (int i = 0; i < 100; i++) {
			charge("limited" + i, SHORT, 3);
		}
		for (int i = 0; i < 100 * MAX; i++) {
			charge("flood" + i, (i % 2 == 0) ? LONG : LONG_WINDOW, 1 + i % 50);
			if (i % 200 == 0) {
				this.now += 10;
			}
		}
		assertThat(this.counters.size()).isEqualTo(MAX);
		for (int i = 0; i < 100; i++) {
			assertThat(used("limited" + i, SHORT)).as("limited%d", i).isEqualTo(1);
		}
	}

	@Test
	void whoIsRefusedStaysAsLongAsHeIsAndGoesThen() {
		charge("limited", SHORT, 3);
		this.now += 2 * SECOND - 1;
		flood(LONG, 90, 10 * MAX);
		assertThat(used("limited", SHORT)).isEqualTo(1);
		this.now += 1;
		flood(LONG, 90, 10 * MAX);
		assertThat(used("limited", SHORT)).isNaN();
	}

	@Test
	void ofThoseWhoUsedAsMuchThatGoesWhoseUnitsAreBackFirst() {
		charge("slow", LONG, 100);
		flood(SHORT, 3, 10 * MAX);
		assertThat(used("slow", LONG)).isEqualTo(1);
	}

	@Test
	void callersWhoUseUpEachNewKeyCannotBeToldApartAndKeepToTheMaximum() {
		charge("limited", SHORT, 3);
		flood(LONG, 100, 100 * MAX);
		assertThat(this.counters.size()).isEqualTo(MAX);
		assertThat(used("limited", SHORT)).isNaN();
	}

	@Test
	void newCounterHasAFewOthersLookedAtHoweverManyThereAre() {
		for (int i = 0; i < MAX; i++) {
			long before = this.counters.looks();
			charge("first" + i, LONG, 1);
			assertThat(this.counters.looks() - before).isLessThanOrEqualTo(4);
		}
		for (int i = 0; i < 100 * MAX; i++) {
			long before = this.counters.looks();
			charge("flood" + i, LONG, 1 + i % 100);
			assertThat(this.counters.looks() - before).isLessThanOrEqualTo(4 + 16);
		}
	}

	@Test
	void knownCounterHasNoneLookedAt() {
		charge("known", LONG, 1);
		long before = this.counters.looks();
		for (int i = 0; i < 99; i++) {
			charge("known", LONG, 1);
		}
		assertThat(this.counters.looks()).isEqualTo(before);
	}

	@Test
	void afterAFloodAFewNewCountersCostAsLittleAsBefore() {
		flood(SHORT, 1, 10 * MAX);
		this.now += 20 * SECOND;
		flood(SHORT, 1, MAX);
		this.now += 20 * SECOND;
		for (int i = 0; i < 100; i++) {
			charge("later" + i, SHORT, 1);
			this.now += 20 * SECOND;
		}
		assertThat(this.counters.size()).isLessThan(MAX);
		for (int i = 0; i < 1_000; i++) {
			long before = this.counters.looks();
			charge("later still" + i, SHORT, 1);
			this.now += 20 * SECOND;
			assertThat(this.counters.looks() - before).isLessThanOrEqualTo(4);
		}
		assertThat(this.counters.size()).isLessThanOrEqualTo(2);
	}

	@Test
	void counterThatWasRemovedAndCameBackIsKeptOnce() {
		for (int i = 0; i < 10 * MAX; i++) {
			charge("again", SHORT, 1);
			charge("other" + i % MAX, SHORT, 1);
			this.counters.remove(Objects.requireNonNull(get("again", SHORT)));
		}
		long before = this.counters.looks();
		flood(LONG, 1, MAX);
		assertThat(this.counters.looks() - before).isLessThanOrEqualTo(30L * MAX);
		assertThat(this.counters.size()).isEqualTo(MAX);
	}

	private void flood(LimitAlgorithm limit, long cost, int keys) {
		for (int i = 0; i < keys; i++) {
			charge("flood" + this.now + "-" + i, limit, cost);
		}
	}

	private void charge(String key, LimitAlgorithm limit, long cost) {
		KeptCounter known = get(key, limit);
		if (known != null) {
			known.set(limit, limit.charge(known.state(), this.now, cost));
		}
		else {
			this.counters.makeRoom(this.counters.add(id(key, limit), limit, limit.charge(null, this.now, cost)),
					this.now);
		}
	}

	private double used(String key, LimitAlgorithm limit) {
		KeptCounter kept = get(key, limit);
		return (kept != null) ? limit.usedFraction(kept.state(), this.now) : Double.NaN;
	}

	private @Nullable KeptCounter get(String key, LimitAlgorithm limit) {
		return this.counters.get(new Counter("api", key, limit.limit()));
	}

	private static CounterId id(String key, LimitAlgorithm limit) {
		return CounterId.of(new Counter("api", key, limit.limit()));
	}

}
