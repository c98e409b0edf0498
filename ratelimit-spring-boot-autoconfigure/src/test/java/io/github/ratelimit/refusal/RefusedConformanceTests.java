package io.github.ratelimit.refusal;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Counter;
import io.github.ratelimit.CounterChanges;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.FailureMode;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.conformance.ConformanceCase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that {@link RefusalCachingRateLimitStore} decides as the conformance vectors say.
 * Of what it refuses by itself it tells no wait that is longer than is true.
 */
class RefusedConformanceTests {

	private final ManualClock clock = new ManualClock();

	private final RefusalCachingRateLimitStore store = new RefusalCachingRateLimitStore(new SharedStub(this.clock), 100,
			CounterChanges.NONE, this.clock::nanos);

	@ParameterizedTest
	@MethodSource("cases")
	void decidesAsTheVectorSays(ConformanceCase vector) {
		for (ConformanceCase.Call call : vector.calls()) {
			this.clock.set(call.t());
			RateLimitRequest request = new RateLimitRequest(
					List.of(new Charge(new Counter("vector", "key", vector.limit()), call.cost())), FailureMode.CLOSED);
			RateLimitDecision decision = this.store.acquire(request).toCompletableFuture().join();
			if (decision.source() != DecisionSource.REFUSAL_CACHE) {
				call.check(decision.limits().get(0));
				continue;
			}
			assertThat(call.allowed()).as("allowed, %s", call).isFalse();
			if (call.retryAfter() != null) {
				assertThat(decision.retryAfter()).as("retry after, %s", call)
					.isLessThanOrEqualTo(Duration.of(call.retryAfter() + 1, ChronoUnit.MICROS));
			}
		}
	}

	static List<ConformanceCase> cases() {
		return ConformanceCase.all();
	}

}
