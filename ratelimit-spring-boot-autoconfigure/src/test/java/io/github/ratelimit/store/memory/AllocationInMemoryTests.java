package io.github.ratelimit.store.memory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitEvent;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.RateLimiterSettings;
import io.github.ratelimit.testsupport.AllocatedBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what a decision in memory allocates. A decision object is 56 bytes.
 */
class AllocationInMemoryTests {

	private static final Limit PLENTY = Limit.of(1_000_000, Duration.ofHours(1));

	private static final Limit LITTLE = Limit.of(1, Duration.ofDays(1));

	@Test
	void decisionOfABucketIsAllThatIsMade() {
		assertThat(AllocatedBytes.perDecision(limiter(PLENTY)::tryAcquire, true)).isLessThanOrEqualTo(64);
	}

	@Test
	void refusalOfABucketIsAllThatIsMade() {
		assertThat(AllocatedBytes.perDecision(limiter(LITTLE)::tryAcquire, false)).isLessThanOrEqualTo(64);
	}

	@Test
	void bucketOfAnotherClockTickIsAllThatIsMade() {
		assertThat(AllocatedBytes.perDecision(limiter(Limit.of(999_983, Duration.ofDays(31)))::tryAcquire, true))
			.isLessThanOrEqualTo(64);
	}

	// Before anything is compiled: objects that the compiler gets rid of count here
	@ParameterizedTest
	@CsvSource({ "FIXED_WINDOW, 450", "SLIDING_WINDOW_COUNTER, 500", "SLIDING_WINDOW, 1000" })
	void otherAlgorithmsMakeTheirStateAnew(Algorithm algorithm, double most) {
		Limit limit = Limit.of(400_000, Duration.ofHours(1)).withAlgorithm(algorithm);
		assertThat(AllocatedBytes.perDecision(limiter(limit)::tryAcquire, true)).isLessThanOrEqualTo(most);
	}

	@Test
	void somebodyWhoListensIsToldWithAnEventAndATime() {
		List<RateLimitEvent> last = new ArrayList<>(List.of());
		RateLimiter limiter = RateLimiter.of(RateLimiterSettings.of("api", PLENTY), InMemoryRateLimitStore.create(),
				new RateLimitListener() {

					@Override
					public void onDecision(RateLimitEvent event) {
						last.clear();
						last.add(event);
					}

				});
		assertThat(AllocatedBytes.perDecision(limiter::tryAcquire, true)).isLessThanOrEqualTo(200);
	}

	private static RateLimiter limiter(Limit limit) {
		return RateLimiter.of("api", InMemoryRateLimitStore.create(), limit);
	}

}
