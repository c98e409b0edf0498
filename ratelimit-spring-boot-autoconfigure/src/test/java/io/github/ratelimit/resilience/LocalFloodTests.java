package io.github.ratelimit.resilience;

import java.util.List;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.Limit;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LocalShare} while one caller comes with a new key each time.
 */
class LocalFloodTests {

	private static final int MAX = 400;

	private static final Limit SHORT = Limit.of("1/s").withBurst(8);

	private static final Limit DAILY = Limit.of("100/d");

	private final InMemoryRateLimitStore memory = InMemoryRateLimitStore.create(MAX, () -> 0);

	private final LocalShare share = new LocalShare(this.memory, () -> 4, () -> 0);

	@Test
	void whoUsedUpTheShareStaysRefusedAndWhatIsOwedStaysOwed() {
		for (int i = 0; i < 10; i++) {
			assertThat(acquire("limited" + i, SHORT, 2).allowed()).isTrue();
		}
		for (int i = 0; i < 100 * MAX; i++) {
			acquire("flood" + i, DAILY, 1);
			assertThat(this.memory.size()).isLessThanOrEqualTo(MAX);
		}
		for (int i = 0; i < 10; i++) {
			assertThat(acquire("limited" + i, SHORT, 1).allowed()).as("limited%d", i).isFalse();
			HandOver handOver = this.share.handOver(request("limited" + i, SHORT, 1));
			assertThat(handOver).as("limited%d", i).isNotNull();
			assertThat(handOver.request().charges().get(0).cost()).isEqualTo(1 + 2);
		}
	}

	private RateLimitDecision acquire(String key, Limit limit, long cost) {
		return this.share.acquire(request(key, limit, cost)).toCompletableFuture().join();
	}

	private static RateLimitRequest request(String key, Limit limit, long cost) {
		return new RateLimitRequest(List.of(new Charge(new Counter("api", key, limit), cost)), FailureMode.LOCAL);
	}

}
