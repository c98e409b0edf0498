package io.github.ratelimit;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Tests for {@link RateLimitRequest} and {@link Counter}.
 */
class RateLimitRequestTests {

	private static final Limit LIMIT = Limit.of("2/s");

	private static final Counter COUNTER = new Counter("api", "user:1", LIMIT);

	@Test
	void costIsFromZeroToTheLargestLong() {
		assertThat(request(0).cost()).isZero();
		assertThat(request(Long.MAX_VALUE).cost()).isEqualTo(Long.MAX_VALUE);
		assertThatIllegalArgumentException().isThrownBy(() -> request(-1))
			.withMessage("A cost must not be negative, but is -1");
	}

	@Test
	void countersAreExactlyOne() {
		assertThatIllegalArgumentException().isThrownBy(() -> new RateLimitRequest(List.of(), 1, FailureMode.LOCAL))
			.withMessage("A request is charged to exactly one counter, not 0");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new RateLimitRequest(List.of(COUNTER, COUNTER), 1, FailureMode.LOCAL))
			.withMessage("A request is charged to exactly one counter, not 2");
	}

	@Test
	void countersAreCopied() {
		List<Counter> counters = new ArrayList<>(List.of(COUNTER));
		RateLimitRequest request = new RateLimitRequest(counters, 1, FailureMode.LOCAL);
		counters.clear();
		assertThat(request.counters()).containsExactly(COUNTER);
	}

	@Test
	void failureModeIsNeeded() {
		assertThatNullPointerException().isThrownBy(() -> new RateLimitRequest(List.of(COUNTER), 1, null))
			.withMessage("failureMode must not be null");
	}

	@Test
	void counterNeedsNameKeyAndLimit() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Counter(" ", "key", LIMIT))
			.withMessage("name must not be blank");
		assertThatIllegalArgumentException().isThrownBy(() -> new Counter("name", "", LIMIT))
			.withMessage("key must not be blank");
		assertThatIllegalArgumentException().isThrownBy(() -> new Counter("name", " \t\n", LIMIT))
			.withMessage("key must not be blank");
		assertThatNullPointerException().isThrownBy(() -> new Counter(null, "key", LIMIT))
			.withMessage("name must not be null");
		assertThatNullPointerException().isThrownBy(() -> new Counter("name", null, LIMIT))
			.withMessage("key must not be null");
		assertThatNullPointerException().isThrownBy(() -> new Counter("name", "key", null))
			.withMessage("limit must not be null");
	}

	private static RateLimitRequest request(long cost) {
		return new RateLimitRequest(List.of(COUNTER), cost, FailureMode.LOCAL);
	}

}
