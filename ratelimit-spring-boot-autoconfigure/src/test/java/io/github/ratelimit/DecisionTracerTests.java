package io.github.ratelimit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.ratelimit.store.memory.InMemoryRateLimitStore;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link DecisionTracer}: what it is told, and when.
 */
class DecisionTracerTests {

	private static final RateLimitListener NOBODY = new RateLimitListener() {
	};

	private static final RateLimiterSettings USER = RateLimiterSettings.of("user", Limit.of("1/h"));

	private static final RateLimiterSettings IP = RateLimiterSettings.of("ip", Limit.of("5/h"));

	private final List<String> told = new ArrayList<>();

	private final RateLimitStore store = InMemoryRateLimitStore.create(10);

	@Test
	void followsADecisionFromItsBeginningToItsEnd() {
		limiter(this.store).tryAcquire(List.of(new Acquisition(USER, "alice", 1)));
		assertThat(this.told).containsExactly("begin user", "asked", "ALLOWED");
	}

	@Test
	void severalLimitersAreOneDecision() {
		limiter(this.store).tryAcquire(List.of(new Acquisition(USER, "alice", 1), new Acquisition(IP, "::1", 1)));
		assertThat(this.told).containsExactly("begin user ip", "asked", "ALLOWED");
	}

	@Test
	void decisionThatNobodyIsToldOfIsFollowedToo() {
		limiter(this.store).tryAcquireUntold(List.of(new Acquisition(USER, "alice", 2)));
		assertThat(this.told).containsExactly("begin user", "asked", "REFUSED");
	}

	@Test
	void whoeverOnlyAsksDecidesNothing() {
		limiter(this.store).tryAcquire(List.of(new Acquisition(USER, "alice", 0)));
		assertThat(this.told).isEmpty();
	}

	@Test
	void askedIsToldBeforeTheStoreHasAnswered() {
		CompletableFuture<RateLimitDecision> answer = new CompletableFuture<>();
		CompletionStage<JointDecision> decision = limiter((StoreStub) (request) -> answer)
			.tryAcquireAsync(List.of(new Acquisition(USER, "alice", 1)));
		assertThat(this.told).containsExactly("begin user", "asked");
		answer.complete(RateLimitDecision.unavailable());
		assertThat(decision.toCompletableFuture().join().whole().allowed()).isFalse();
		assertThat(this.told).containsExactly("begin user", "asked", "UNAVAILABLE");
	}

	@Test
	void storeThatFailsEndsTheDecision() {
		RateLimitStore failing = (StoreStub) (request) -> CompletableFuture
			.failedFuture(new IllegalStateException("no store"));
		assertThatIllegalStateException()
			.isThrownBy(() -> limiter(failing).tryAcquire(List.of(new Acquisition(USER, "alice", 1))))
			.withMessage("no store");
		assertThat(this.told).containsExactly("begin user", "asked", "failed: no store");
	}

	@Test
	void storeThatThrowsEndsTheDecision() {
		RateLimitStore throwing = (StoreStub) (request) -> {
			throw new IllegalStateException("thrown");
		};
		assertThatIllegalStateException()
			.isThrownBy(() -> limiter(throwing).tryAcquire(List.of(new Acquisition(USER, "alice", 1))))
			.withMessage("thrown");
		assertThat(this.told).containsExactly("begin user", "asked", "failed: thrown");
	}

	@Test
	void limitersMadeByCodeAreFollowed() {
		RateLimiter limiter = RateLimiter.of(USER, this.store, NOBODY, this::begin);
		limiter.tryAcquire("alice");
		limiter.tryAcquireAsync("alice").toCompletableFuture().join();
		limiter.reserve("bob", 1);
		limiter.peek("alice");
		assertThat(this.told).containsExactly("begin user", "asked", "ALLOWED", "begin user", "asked", "REFUSED",
				"begin user", "asked", "ALLOWED");
	}

	private JointRateLimiter limiter(RateLimitStore store) {
		return new JointRateLimiter(store, NOBODY, this::begin);
	}

	private DecisionTracer.Trace begin(List<Acquisition> acquisitions) {
		this.told.add("begin "
				+ String.join(" ", acquisitions.stream().map((acquisition) -> acquisition.settings().name()).toList()));
		Thread caller = Thread.currentThread();
		List<String> told = this.told;
		return new DecisionTracer.Trace() {

			@Override
			public void asked() {
				assertThat(Thread.currentThread()).isSameAs(caller);
				told.add("asked");
			}

			@Override
			public void decided(JointDecision decision) {
				told.add(decision.whole().outcome().name());
			}

			@Override
			public void failed(Throwable error) {
				told.add("failed: " + error.getMessage());
			}

		};
	}

	/**
	 * A store that only decides.
	 */
	private interface StoreStub extends RateLimitStore {

		@Override
		CompletionStage<RateLimitDecision> acquire(RateLimitRequest request);

		@Override
		default CompletionStage<Void> settle(RateLimitSettlement settlement) {
			throw new UnsupportedOperationException();
		}

		@Override
		default CompletionStage<Void> reset(List<Counter> counters) {
			throw new UnsupportedOperationException();
		}

		@Override
		default StoreStatus status() {
			throw new UnsupportedOperationException();
		}

	}

}
