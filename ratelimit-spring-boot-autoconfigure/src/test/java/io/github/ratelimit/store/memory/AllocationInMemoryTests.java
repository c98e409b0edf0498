package io.github.ratelimit.store.memory;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import com.sun.management.ThreadMXBean;
import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitEvent;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.RateLimiterSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what a decision in memory allocates. The least of several rounds, so that
 * neither the compiler nor other threads count; a decision object is 56 bytes.
 */
class AllocationInMemoryTests {

	private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	private static final int DECISIONS = 10_000;

	private static final int ROUNDS = 10;

	private static final List<String> KEYS = IntStream.range(0, 100).mapToObj((i) -> "user:" + i).toList();

	private static final Limit PLENTY = Limit.of(1_000_000, Duration.ofHours(1));

	private static final Limit LITTLE = Limit.of(1, Duration.ofDays(1));

	@Test
	void decisionOfABucketIsAllThatIsMade() {
		assertThat(bytesPerDecision(limiter(PLENTY), true)).isLessThanOrEqualTo(64);
	}

	@Test
	void refusalOfABucketIsAllThatIsMade() {
		assertThat(bytesPerDecision(limiter(LITTLE), false)).isLessThanOrEqualTo(64);
	}

	@Test
	void bucketOfAnotherClockTickIsAllThatIsMade() {
		assertThat(bytesPerDecision(limiter(Limit.of(999_983, Duration.ofDays(31))), true)).isLessThanOrEqualTo(64);
	}

	// Before anything is compiled: objects that the compiler gets rid of count here
	@ParameterizedTest
	@CsvSource({ "FIXED_WINDOW, 450", "SLIDING_WINDOW_COUNTER, 500", "SLIDING_WINDOW, 1000" })
	void otherAlgorithmsMakeTheirStateAnew(Algorithm algorithm, double most) {
		Limit limit = Limit.of(400_000, Duration.ofHours(1)).withAlgorithm(algorithm);
		assertThat(bytesPerDecision(limiter(limit), true)).isLessThanOrEqualTo(most);
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
		assertThat(bytesPerDecision(limiter, true)).isLessThanOrEqualTo(200);
	}

	private static RateLimiter limiter(Limit limit) {
		return RateLimiter.of("api", InMemoryRateLimitStore.create(), limit);
	}

	private static double bytesPerDecision(RateLimiter limiter, boolean allowed) {
		KEYS.forEach(limiter::tryAcquire);
		long least = Long.MAX_VALUE;
		for (int round = 0; round < ROUNDS; round++) {
			long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
			int as = decide(limiter, allowed);
			long after = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
			assertThat(as).isEqualTo(DECISIONS);
			least = Math.min(least, after - before);
		}
		return (double) least / DECISIONS;
	}

	private static int decide(RateLimiter limiter, boolean allowed) {
		int as = 0;
		for (int i = 0; i < DECISIONS; i++) {
			as += (limiter.tryAcquire(KEYS.get(i % KEYS.size())).allowed() == allowed) ? 1 : 0;
		}
		return as;
	}

}
