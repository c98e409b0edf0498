package io.github.ratelimit.actuate;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

import io.github.ratelimit.Counter;
import io.github.ratelimit.DecisionSource;
import io.github.ratelimit.LimitStatus;
import io.github.ratelimit.Outcome;
import io.github.ratelimit.RateLimitDecision;
import io.github.ratelimit.RateLimitRequest;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.actuate.SelfTestDescriptor.SelfTestDecisionDescriptor;
import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SelfTestTests {

	private static final Duration STEP = Duration.ofMillis(2);

	private final AtomicLong nanos = new AtomicLong();

	private final InMemoryRateLimitStore memory = InMemoryRateLimitStore.create(100, () -> 0);

	@Test
	void passesOnAStoreThatAllowsTheBurstAndRefusesOneMore() {
		SelfTestDescriptor report = run(this.memory);
		assertThat(report.passed()).isTrue();
		assertThat(report.error()).isNull();
		assertThat(report.limiter()).isEqualTo("self-test");
		assertThat(report.limit()).isEqualTo(new LimitDescriptor("default", "1/h", 3, "token-bucket", null));
		assertThat(report.decisions()).containsExactly(
				new SelfTestDecisionDescriptor(true, true, 2L, Duration.ZERO, "memory", STEP),
				new SelfTestDecisionDescriptor(true, true, 1L, Duration.ZERO, "memory", STEP),
				new SelfTestDecisionDescriptor(true, true, 0L, Duration.ZERO, "memory", STEP),
				new SelfTestDecisionDescriptor(false, false, 0L, Duration.ofHours(1), "memory", STEP));
	}

	@Test
	void leavesNothingInTheStore() {
		run(this.memory);
		assertThat(this.memory.size()).isZero();
	}

	@Test
	void takesAKeyOfItsOwnEachTime() {
		assertThat(run(this.memory).key()).isNotEqualTo(run(this.memory).key());
	}

	@Test
	void failsWhereTheStoreAllowsTooMuch() {
		SelfTestDescriptor report = run(deciding((decision) -> new RateLimitDecision(Outcome.ALLOWED,
				List.of(new LimitStatus(decision.limits().get(0).limit(), false, decision.remaining(), Duration.ZERO,
						Duration.ZERO)),
				decision.source())));
		assertThat(report.passed()).isFalse();
		assertThat(report.decisions()).extracting(SelfTestDecisionDescriptor::allowed)
			.containsExactly(true, true, true, true);
	}

	@Test
	void failsWhereTheStoreDoesNotCount() {
		SelfTestDescriptor report = run(deciding((decision) -> (!decision.allowed()) ? decision
				: RateLimitDecision.of(List
					.of(new LimitStatus(decision.limits().get(0).limit(), false, 3, Duration.ZERO, Duration.ZERO)),
						decision.source())));
		assertThat(report.passed()).isFalse();
	}

	@Test
	void failsWhereTheFailureModeDecides() {
		SelfTestDescriptor report = run(deciding((decision) -> decision.withSource(DecisionSource.FAILURE_MODE)));
		assertThat(report.passed()).isFalse();
		assertThat(report.error()).isNull();
		assertThat(report.decisions()).hasSize(4)
			.extracting(SelfTestDecisionDescriptor::source)
			.containsOnly("failure-mode");
	}

	@Test
	void failsWhereNobodyCanTellWhatIsLeft() {
		SelfTestDescriptor report = run(
				deciding((decision) -> RateLimitDecision.unchecked(DecisionSource.FAILURE_MODE)));
		assertThat(report.passed()).isFalse();
		assertThat(report.decisions()).hasSize(4).extracting(SelfTestDecisionDescriptor::remaining).containsOnlyNulls();
	}

	@Test
	void reportsWhyTheStoreCannotDecide() {
		SelfTestDescriptor report = run(new UnreachableStore());
		assertThat(report.passed()).isFalse();
		assertThat(report.decisions()).isEmpty();
		assertThat(report.error()).isEqualTo("java.lang.IllegalStateException: No connection");
	}

	@Test
	void reportsThatTheKeyCannotBeReset() {
		SelfTestDescriptor report = run(new RateLimitStore() {

			@Override
			public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
				return SelfTestTests.this.memory.acquire(request);
			}

			@Override
			public CompletionStage<Void> reset(List<Counter> counters) {
				return CompletableFuture.failedFuture(new IllegalStateException("No connection"));
			}

		});
		assertThat(report.passed()).isFalse();
		assertThat(report.decisions()).hasSize(4);
		assertThat(report.error()).isEqualTo("java.lang.IllegalStateException: No connection");
	}

	private SelfTestDescriptor run(RateLimitStore store) {
		return new SelfTest(store, () -> this.nanos.getAndAdd(STEP.toNanos())).run();
	}

	private RateLimitStore deciding(UnaryOperator<RateLimitDecision> change) {
		return new RateLimitStore() {

			@Override
			public CompletionStage<RateLimitDecision> acquire(RateLimitRequest request) {
				return SelfTestTests.this.memory.acquire(request).thenApply(change);
			}

			@Override
			public CompletionStage<Void> reset(List<Counter> counters) {
				return SelfTestTests.this.memory.reset(counters);
			}

		};
	}

}
