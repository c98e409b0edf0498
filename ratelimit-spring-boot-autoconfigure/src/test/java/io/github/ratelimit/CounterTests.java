package io.github.ratelimit;

import java.time.ZoneOffset;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Tests for {@link Counter}, {@link Counter.Id} and {@link Charge}.
 */
class CounterTests {

	private static final Limit LIMIT = Limit.of("100/d").withName("day");

	private static final Counter COUNTER = new Counter("api", "alice", LIMIT);

	@Test
	void countIsFoundByNameKeyLimitAndAlgorithm() {
		assertThat(COUNTER.id()).isEqualTo(new Counter.Id("api", "alice", "day", Algorithm.TOKEN_BUCKET));
		assertThat(List.of(new Counter("ai", "alice", LIMIT), new Counter("api", "bob", LIMIT),
				new Counter("api", "alice", LIMIT.withName("Day")),
				new Counter("api", "alice", LIMIT.withAlgorithm(Algorithm.SLIDING_WINDOW)),
				new Counter("api", "alice", LIMIT.withAlgorithm(Algorithm.SLIDING_WINDOW_COUNTER)),
				new Counter("api", "alice", LIMIT.withAlgorithm(Algorithm.FIXED_WINDOW))))
			.extracting(Counter::id)
			.doesNotHaveDuplicates()
			.doesNotContain(COUNTER.id());
	}

	@Test
	void countStaysTheSameWhenTheNumbersOfItsLimitChange() {
		assertThat(new Counter("api", "alice", new Limit("day", Rate.parse("7/h"), 77)).id()).isEqualTo(COUNTER.id());
		Limit windows = LIMIT.withAlgorithm(Algorithm.FIXED_WINDOW);
		assertThat(new Counter("api", "alice", windows.perCalendar(ZoneOffset.UTC)).id())
			.isEqualTo(new Counter("api", "alice", windows).id());
	}

	@Test
	void chargeCostsFromZeroToTheLargestLong() {
		assertThat(new Charge(COUNTER, 0).cost()).isZero();
		assertThat(new Charge(COUNTER, Long.MAX_VALUE).cost()).isEqualTo(Long.MAX_VALUE);
		assertThatIllegalArgumentException().isThrownBy(() -> new Charge(COUNTER, -1))
			.withMessage("A cost must not be negative, but is -1");
		assertThatNullPointerException().isThrownBy(() -> new Charge(null, 1)).withMessage("counter must not be null");
	}

}
