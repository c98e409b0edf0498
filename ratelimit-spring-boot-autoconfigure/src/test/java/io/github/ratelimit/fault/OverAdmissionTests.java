package io.github.ratelimit.fault;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;

import io.github.ratelimit.Limit;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link OverAdmission}.
 */
class OverAdmissionTests {

	private static final Limit LIMIT = Limit.of("10/s").withBurst(5);

	@Test
	void isZeroWhereTheLimitHeld() {
		assertThat(OverAdmission.of(LIMIT, List.of())).isZero();
		assertThat(OverAdmission.of(LIMIT, at(0, 0, 0, 0, 0, 100, 200, 300))).isCloseTo(0, within(1e-9));
	}

	@Test
	void isWhatTheWorstWindowHasTooMuch() {
		assertThat(OverAdmission.of(LIMIT, at(0, 0, 0, 0, 0, 0, 0))).isEqualTo(2);
		assertThat(OverAdmission.of(LIMIT, at(0, 10_000, 10_000, 10_000, 10_000, 10_000, 10_000, 10_100, 10_100)))
			.isCloseTo(2, within(1e-9));
	}

	@Test
	void doesNotMindTheOrder() {
		assertThat(OverAdmission.of(LIMIT, at(10_000, 0, 0, 0, 0, 0, 0))).isEqualTo(1);
	}

	private static List<Instant> at(long... millis) {
		return LongStream.of(millis).mapToObj((milli) -> Instant.EPOCH.plus(Duration.ofMillis(milli))).toList();
	}

}
