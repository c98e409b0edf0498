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
		assertThat(request(0).charges().get(0).cost()).isZero();
		assertThat(request(Long.MAX_VALUE).charges().get(0).cost()).isEqualTo(Long.MAX_VALUE);
		assertThatIllegalArgumentException().isThrownBy(() -> request(-1))
			.withMessage("A cost must not be negative, but is -1");
	}

	@Test
	void chargesAreAtLeastOneAndToCountersThatDiffer() {
		assertThatIllegalArgumentException().isThrownBy(() -> new RateLimitRequest(List.of(), FailureMode.LOCAL))
			.withMessage("A request needs at least one charge");
		Charge again = new Charge(new Counter(COUNTER.name(), COUNTER.key(), LIMIT.withBurst(77)), 2);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new RateLimitRequest(List.of(new Charge(COUNTER, 1), again), FailureMode.LOCAL))
			.withMessageStartingWith("A request cannot charge one counter twice: Counter[");
	}

	@Test
	void chargesAreCopied() {
		List<Charge> charges = new ArrayList<>(List.of(new Charge(COUNTER, 1)));
		RateLimitRequest request = new RateLimitRequest(charges, FailureMode.LOCAL);
		charges.clear();
		assertThat(request.charges()).containsExactly(new Charge(COUNTER, 1));
	}

	@Test
	void failureModeIsNeeded() {
		assertThatNullPointerException().isThrownBy(() -> new RateLimitRequest(List.of(new Charge(COUNTER, 1)), null))
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
		return new RateLimitRequest(List.of(new Charge(COUNTER, cost)), FailureMode.LOCAL);
	}

}
